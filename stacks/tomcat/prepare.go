package tomcat

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// message is what is known of a request before the adapter is called (Http11Processor.service).
type message struct {
	in     *input
	status int
	failed bool   // it is answered with a report of status, and the connection closes
	fault  *fault // shown in that report
	hosts  *fault // what is wrong with Host, for the log

	keepAlive, asksToKeep, expects bool
	target                         []byte
	chunked                        bool
	length                         int64 // of the body; negative without Content-Length
}

func (m *message) fail(status int, f *fault) {
	m.status, m.failed = status, true
	if f != nil {
		m.fault = f
	}
}

// readProtocol finds the version of HTTP, for the processor that will answer (prepareRequestProtocol).
func (m *message) readProtocol(p *processor) {
	p.http11, p.http09 = false, false
	switch name := string(m.in.of(m.in.protocol)); {
	case m.in.old:
		p.http09, m.keepAlive = true, false
		if m.in.version.OldIsGet && string(m.in.of(m.in.method)) != "GET" {
			m.fail(400, nil)
		}
	case name == "HTTP/1.1":
		p.http11 = true
	case name == "HTTP/1.0":
		m.keepAlive = false
	default:
		m.fail(505, nil)
	}
}

// prepare checks the fields and the target (prepareRequest).
func (m *message) prepare(p *processor) {
	options, _ := m.in.tokens("connection")
	m.asksToKeep = slices.Contains(options, "keep-alive")
	switch {
	case slices.Contains(options, "close"):
		m.keepAlive = false
	case m.asksToKeep:
		m.keepAlive = true
	}
	if p.http11 {
		m.readExpectation()
	}
	host, hosts := m.in.value("host")
	if hosts > 1 || p.http11 && hosts == 0 {
		m.fail(400, nil)
	}
	if hosts > 1 {
		hosts = 0
	}
	if m.in.hasTarget {
		m.target = m.in.of(m.in.target)
		host, hosts = m.readAuthority(p, host, hosts)
		if !charSetHolds(&pathChars, m.target) {
			m.fail(400, nil)
		}
	}
	m.readFraming(p)
	if hosts > 0 && len(host) > 0 {
		var good bool
		m.hosts, good = m.in.version.checkHost(host)
		if !good {
			m.fail(400, m.hosts)
		}
	}
}

func (m *message) readExpectation() {
	expect, count := m.in.value("expect")
	switch {
	case count == 0:
	case strings.EqualFold(string(bytes.TrimSpace(expect)), "100-continue"):
		m.expects = true
	default:
		m.fail(417, nil)
	}
}

// readAuthority takes scheme and host off an absolute target.
func (m *message) readAuthority(p *processor, host []byte, hosts int) (name []byte, count int) {
	scheme := 4
	if len(m.target) < scheme || !strings.EqualFold(string(m.target[:scheme]), "http") {
		return host, hosts
	}
	if len(m.target) > scheme && m.target[scheme]|0x20 == 's' {
		scheme++
	}
	if !bytes.HasPrefix(m.target[scheme:], []byte("://")) {
		m.fail(400, nil)
		return host, hosts
	}
	rest := m.target[scheme+3:]
	authority, path := rest, []byte("/")
	if slash := bytes.IndexByte(rest, '/'); slash >= 0 {
		authority, path = rest[:slash], rest[slash:]
	}
	m.target = path
	if at := bytes.IndexByte(authority, '@'); at >= 0 {
		if !charSetHolds(&userChars, authority[:at]) {
			m.fail(400, nil)
		}
		authority = authority[at+1:]
	}
	if !p.http11 {
		return authority, 1
	}
	same := bytes.Equal(host, authority) || m.in.version.FoldsHosts && bytes.EqualFold(host, authority)
	if hosts > 0 && !same {
		m.fail(400, nil)
	}
	return host, hosts
}

// readFraming finds how the body is delimited (prepareInputFilters).
func (m *message) readFraming(p *processor) {
	m.length = -1
	if _, count := m.in.value("transfer-encoding"); count > 0 && !p.http09 {
		m.readEncodings(p)
	}
	text, count := m.in.value("content-length")
	length, err := strconv.ParseInt(string(text), 10, 64)
	if !charSetHolds(&digitChars, text) { // Ascii.parseLong knows no sign
		err = strconv.ErrSyntax
	}
	switch {
	case count == 0:
	case count > 1 || err != nil:
		m.fail(400, nil)
	case m.chunked:
		m.keepAlive = false
	default:
		m.length = length
	}
}

func (m *message) readEncodings(p *processor) {
	codings, good := m.in.tokens("transfer-encoding")
	if !good || m.in.version.ChunksAreNew && !p.http11 {
		m.fail(400, nil)
		return
	}
	for _, coding := range codings {
		switch {
		case m.chunked:
			m.fail(400, nil) // no coding may follow chunked
		case coding == "chunked":
			m.chunked = true
		default:
			m.fail(501, nil)
		}
	}
}
