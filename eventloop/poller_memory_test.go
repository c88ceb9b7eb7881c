package eventloop_test

import (
	"testing"

	"github.com/target-server/target-server/eventloop/memnet"
)

func TestPollerInMemory(t *testing.T) {
	contractOf(t, func(t *testing.T) *bench {
		n := memnet.New()
		return &bench{T: t, poller: n, listener: n.Listen(2048), addr: memnet.Addr, network: func() (client, error) {
			c, err := n.Dial(t.Context())
			if err != nil {
				return nil, err
			}
			return c, nil
		}}
	})
}
