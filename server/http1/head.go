package http1

import (
	"math"
	"strings"
)

// deliver completes a head, as uvicorn's on_headers_complete does.
func (p *Parser) deliver(d *Dialect, head *Head, n int) (Event, int) {
	if p.upgrades(d) {
		p.flags |= flagUpgrade
	} else {
		p.flags &^= flagUpgrade
	}
	p.summarise(d, head)
	p.readOptions(d, head)
	if !d.splitTarget(head) && !head.WebSocket {
		p.hint = hintTarget
		return p.bad()
	}
	p.afterHead(d)
	return HeadDone, n
}

// upgrades is llhttp__before_headers_complete, and when h11 proposes to switch
// protocols.
func (p *Parser) upgrades(d *Dialect) bool {
	asked := p.flags&flagUpgrade != 0 && (d.UpgradeAlone || p.flags&flagConnectionUpgrade != 0)
	return asked || p.flags&flagConnect != 0
}

// summarise fills in the head from the flags.
func (p *Parser) summarise(d *Dialect, head *Head) {
	head.Version = versionName(p.major, p.minor)
	head.ContentLength = -1
	if p.flags&flagLength != 0 {
		head.ContentLength = int64(min(p.length, math.MaxInt64))
	}
	head.Chunked = p.flags&flagChunked != 0
	head.KeepAlive = p.keepAlive(d)
	head.Upgrade = p.flags&flagUpgrade != 0
}

// readOptions reads the fields that uvicorn looks for: on_header, _get_upgrade,
// and h11's has_expect_100_continue.
func (p *Parser) readOptions(d *Dialect, head *Head) {
	var options, protocol []byte
	named := false
	head.Expect100 = false
	for _, f := range head.Fields {
		switch len(f.Name) {
		case len("expect"):
			if equalFold(f.Name, "expect") && p.expects(d, f.Value) {
				head.Expect100 = true
			}
		case len("upgrade"):
			if equalFold(f.Name, "upgrade") {
				protocol, named = f.Value, true
			}
		case len("connection"):
			if equalFold(f.Name, "connection") {
				options = f.Value
			}
		}
	}
	head.Asks = named && listHas(options, "upgrade")
	head.WebSocket = head.Asks && equalFold(protocol, "websocket") && (head.Upgrade || d.UpgradeAlone)
}

func (p *Parser) expects(d *Dialect, value []byte) bool {
	const want = "100-continue"
	if d.ExpectList {
		return !p.before11() && listHas(value, want)
	}
	return equalFold(value, want)
}

// versionNames are the versions 0.0 to 9.9, three characters each.
var versionNames = func() string {
	b := make([]byte, 0, 300)
	for i := range 100 {
		b = append(b, '0'+byte(i/10), '.', '0'+byte(i%10))
	}
	return string(b)
}()

// versionName is the version as text, without allocating.
func versionName(major, minor uint8) string {
	i := 3 * (10*int(major) + int(minor))
	return versionNames[i : i+3]
}

// Value returns the first value of a name, which must be lower-case.
func (h *Head) Value(name string) (string, bool) {
	for _, f := range h.Fields {
		if strings.EqualFold(string(f.Name), name) {
			return string(f.Value), true
		}
	}
	return "", false
}

// Joined returns the values of a name, which must be lower-case, separated by commas as WSGI servers pass them on, and
// whether there is one.
func (h *Head) Joined(name string) (string, bool) {
	value, found := "", false
	for _, f := range h.Fields {
		switch {
		case !equalFold(f.Name, name):
		case found:
			value += "," + string(f.Value)
		default:
			value, found = string(f.Value), true
		}
	}
	return value, found
}
