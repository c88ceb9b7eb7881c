package uvicorn

import (
	"net/netip"
	"testing"

	"github.com/target-server/target-server/server/http1"
)

// What X-Forwarded-For makes of the client's address in the log, as both versions of Uvicorn were seen to show it.
func TestForwardedClients(t *testing.T) {
	for _, c := range []struct{ field, old, current string }{
		{"1.2.3.4", "1.2.3.4:0", "1.2.3.4:0"},
		{"1.2.3.4:80", "1.2.3.4:80:0", "1.2.3.4:80"},
		{"1.2.3.4:+1_0", "1.2.3.4:+1_0:0", "1.2.3.4:10"},
		{"1.2.3.4: -007", "1.2.3.4: -007:0", "1.2.3.4:-7"},
		{"1.2.3.4:99999999999999999999", "1.2.3.4:99999999999999999999:0", "1.2.3.4:99999999999999999999"},
		{"1.2.3.4:\x9b", "1.2.3.4:\u009b:0", "1.2.3.4:\u009b:0"},
		{"1.2.3.4:\x1c8", "1.2.3.4:\x1c8:0", "1.2.3.4:\x1c8:0"},
		{"1.2.3.4:\xa0\x1c8", "1.2.3.4:\u00a0\x1c8:0", "1.2.3.4:\u00a0\x1c8:0"},
		{"1.2.3.4:\xa08\x85", "1.2.3.4:\u00a08:0", "1.2.3.4:8"},
		{"[::2]:8", "[::2]:8:0", "::2:8"},
		{"a\xc2\x9b2J", "a\u00c2\u009b2J:0", "a\u00c2\u009b2J:0"},
		{"\x85\xa0\x1ca\x9b\x85, 127.0.0.1", "a\u009b:0", "a\u009b:0"},
		{"127.0.0.1", "None:0", "127.0.0.1:0"},
	} {
		h := &http1.Head{Fields: []http1.Field{{Name: []byte("X-Forwarded-For"), Value: []byte(c.field)}}}
		for _, v := range []struct {
			rules *Forwarded
			allow string
			want  string
		}{{&forwarded021, "127.0.0.1", c.old}, {&forwarded054, "127.0.0.1,::1", c.current}} {
			trusted := v.rules.Trusts(v.allow)
			if o, _ := v.rules.read(&trusted, netip.MustParseAddrPort("127.0.0.1:1"), h); o.client != v.want {
				t.Errorf("%q, ports understood %t: got %q, want %q", c.field, v.rules.Ports, o.client, v.want)
			}
		}
	}
}
