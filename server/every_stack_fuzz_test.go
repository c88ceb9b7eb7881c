package server_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
)

// Whatever bytes any stack receives, in whatever pieces: nothing breaks, the sums balance, and nothing is held once the
// client has gone.
func FuzzEveryStack(f *testing.F) {
	for _, text := range []string{
		"GET /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n",
		"POST /?id=1&sleep=1s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"HEAD /static/x HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
		"GET /?id=1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"\x16\x03\x01\x00\xa5\x01", "GET / HTTP/1.1\nHost: a\n\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
	} {
		for i := range stacks.All() {
			f.Add([]byte(text), uint8(i), uint16(len(text)/2))
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, n uint8, cut uint16) {
		all := stacks.All()
		stack := all[int(n)%len(all)]
		w := servertest.New(t, stack, func(c *config.Config) { c.Sleep = distribution.Of(time.Second) })
		first := int(cut) % (len(input) + 1)
		c := w.Send(time.Millisecond, string(input[:first]))
		w.Then(100*time.Millisecond, c, string(input[first:]))
		w.At(10*time.Second, c.Close)
		w.Run(20 * time.Second)
		s := w.Workers[0].Statistics()
		asks := bytes.Contains(input, []byte("sleep")) // for a time of its own, which may be long
		if !asks && s.Held+int64(s.Borrowed) != 0 || s.Accepted != s.Held+s.Answered+s.Refused+s.Cancelled+s.Left {
			t.Errorf("%s at %s, in the end: %+v", stack.Defaults.Values.Stack, stack.Defaults.Values.Vintage, s)
		}
	})
}
