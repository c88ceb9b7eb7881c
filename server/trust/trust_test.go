package trust_test

import (
	"testing"

	"github.com/target-server/target-server/server/trust"
)

// What the real servers answered for each list and host: uvicorn.middleware.proxy_headers of both versions, and
// gunicorn's forwarded_allow_ips of 20.1.0 and 27.0.1.
func TestTrusted(t *testing.T) {
	for _, c := range []struct {
		list, host               string
		literal, host54, network bool
	}{
		{"127.0.0.1", "127.0.0.1", true, true, true},
		{"127.0.0.1", "127.0.0.2", false, false, false},
		{" 10.0.0.1 , 127.0.0.1", "10.0.0.1", true, true, true},
		{"10.0.0.0/8", "10.1.2.3", false, true, true},
		{"10.0.0.0/255.0.0.0", "10.1.2.3", false, true, true},
		{"10.0.0.0/8", "::ffff:10.1.2.3", false, false, false},
		{"::1", "0:0:0:0:0:0:0:1", false, true, true},
		{"2001:db8::/32", "2001:db8::7", false, true, true},
		{"10.0.0.1/8", "10.0.0.1", false, false, false}, // bits beyond the mask; gunicorn 27 refuses it at the start
		{"*", "proxy", true, true, true},
		{"*, 10.0.0.1", "10.0.0.2", true, false, true},
		{"proxy", "proxy", true, true, true},
		{"", "127.0.0.1", false, false, false},
		{"", "", true, false, false},
	} {
		literal, host54, network := trust.Literal(c.list), trust.Hosts(c.list), trust.Networks(c.list)
		if got := literal.Has(c.host); got != c.literal {
			t.Errorf("%q in %q by letters: got %t", c.host, c.list, got)
		}
		if got := host54.Has(c.host); got != c.host54 {
			t.Errorf("%q in %q by value: got %t", c.host, c.list, got)
		}
		if got := network.Has(c.host); got != c.network {
			t.Errorf("%q in %q by network: got %t", c.host, c.list, got)
		}
	}
}
