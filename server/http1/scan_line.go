package http1

import (
	"bytes"
	"slices"
	"strings"
)

// stepLine processes a byte of the request line, as llhttp does.
func (s *scan) stepLine(c byte) verdict {
	switch s.state {
	case stateStart:
		if c == '\r' || c == '\n' {
			return s.to(stateStart)
		}
		s.mark, s.state = s.i, stateMethod
	case stateMethod:
		return s.method()
	case stateURLSpaces:
		return s.urlSpaces(c)
	case stateURLStart, stateSchema, stateSchemaSlash, stateSchemaSlashSlash:
		return s.beforeServer(c)
	case stateServer, stateServerAt:
		return s.server(c)
	case statePath, stateQuery, stateFragment:
		return s.path()
	case stateURLLF:
		return s.toIf(c == '\n', stateFieldStart)
	case stateProtocolSpaces:
		if c == ' ' {
			return s.to(stateProtocolSpaces)
		}
		s.mark, s.state = s.i, stateProtocol
	case stateProtocol:
		return s.protocol()
	default:
		return s.version(c)
	}
	return onward
}

// method reads the method, or the part of it in buf.
func (s *scan) method() verdict {
	word := s.buf[s.mark:min(len(s.buf), s.mark+longestMethod+1)]
	end := bytes.IndexByte(word, ' ')
	if end < 0 {
		return s.partialMethod(word)
	}
	protocols, known := s.d.Methods[string(word[:end])]
	if !known {
		return refused
	}
	s.protocols = protocols
	switch string(word[:end]) {
	case "CONNECT":
		s.flags |= flagConnect
	case "PRI":
		s.flags |= flagPreface
	}
	if s.head != nil {
		s.head.Method = word[:end]
	}
	s.i = s.mark + end
	return s.to(stateURLSpaces)
}

const longestMethod = len("GET_PARAMETER")

// partialMethod asks for more if a known method begins with the word.
func (s *scan) partialMethod(word []byte) verdict {
	for name := range s.d.Methods {
		if strings.HasPrefix(name, string(word)) {
			s.i = len(s.buf)
			return starved
		}
	}
	return refused
}

func (s *scan) urlSpaces(c byte) verdict {
	if c == ' ' {
		return s.to(stateURLSpaces)
	}
	s.mark, s.state = s.i, stateURLStart
	if s.flags&flagConnect != 0 {
		s.state = stateServer
	}
	return onward
}

func (s *scan) beforeServer(c byte) verdict {
	switch s.state {
	case stateURLStart:
		if c == '/' || c == '*' {
			return s.to(statePath)
		}
		return s.toIf(isAlpha(c), stateSchema)
	case stateSchema:
		if c == ':' {
			return s.to(stateSchemaSlash)
		}
		return s.toIf(isAlpha(c), stateSchema)
	case stateSchemaSlash:
		return s.toIf(c == '/', stateSchemaSlashSlash)
	default:
		return s.toIf(c == '/', stateServer)
	}
}

func (s *scan) server(c byte) verdict {
	switch {
	case c == '/':
		return s.to(statePath)
	case c == '?':
		return s.to(stateQuery)
	case c == '@':
		return s.toIf(s.state != stateServerAt, stateServerAt)
	case userinfoChars[c] || c == '[' || c == ']':
		return s.to(stateServer)
	}
	return s.endURL(c)
}

// path reads path, query or fragment.
func (s *scan) path() verdict {
	s.i += s.d.TargetChars.span(s.buf[s.i:])
	if s.i == len(s.buf) {
		return starved
	}
	c := s.buf[s.i]
	switch {
	case c == '?' && s.state == statePath:
		return s.to(stateQuery)
	case c == '?':
		return s.to(s.state)
	case c == '#':
		return s.to(stateFragment)
	}
	return s.endURL(c)
}

// endURL ends the target. Without a version the request is HTTP/0.9, which may
// still have fields.
func (s *scan) endURL(c byte) verdict {
	if s.head != nil {
		s.head.Target = s.buf[s.mark:s.i]
	}
	if !s.track(s.buf[s.mark:s.i]) {
		return overlong
	}
	if c == ' ' {
		return s.to(stateProtocolSpaces)
	}
	s.major, s.minor = 0, 9
	if c == '\r' {
		return s.to(stateURLLF)
	}
	return s.toIf(c == '\n', stateFieldStart)
}

// protocol reads the protocol's name and its slash, or the part of them in buf.
func (s *scan) protocol() verdict {
	word, protocol := "HTTP/", ProtocolHTTP
	switch s.buf[s.mark] {
	case 'R':
		word, protocol = "RTSP/", ProtocolRTSP
	case 'I':
		word, protocol = "ICE/", ProtocolICE
	}
	got := s.buf[s.mark:min(len(s.buf), s.mark+len(word))]
	decided := len(word)
	if s.d.MethodBeforeSlash {
		decided--
	}
	if string(got) != word[:len(got)] || len(got) >= decided && s.protocols&protocol == 0 {
		return refused
	}
	s.i = s.mark + len(got)
	if len(got) < len(word) {
		return starved
	}
	s.state = stateMajor
	return onward
}

// version reads the version and the end of the line.
func (s *scan) version(c byte) verdict {
	switch s.state {
	case stateMajor:
		s.major = c - '0'
		return s.toIf(isDigit(c), stateDot)
	case stateDot:
		return s.toIf(c == '.', stateMinor)
	case stateMinor:
		s.minor = c - '0'
		next := stateLineEnd
		if s.flags&flagPreface != 0 {
			s.matched, next = 0, statePreface
		}
		return s.toIf(isDigit(c) && s.d.accepts(s.major, s.minor), next)
	case statePreface:
		return s.preface(c)
	case stateLineEnd:
		if c == '\r' {
			return s.to(stateLineLF)
		}
		return s.toIf(c == '\n' && s.d.BareLFLine, stateFieldStart)
	default:
		return s.toIf(c == '\n', stateFieldStart)
	}
}

func (d *Dialect) accepts(major, minor uint8) bool {
	name := versionName(major, minor)
	if slices.Contains(d.Versions, name) {
		return true
	}
	return d.Versions == nil
}

// preface reads the rest of the HTTP/2 connection preface, which is refused in
// any case.
func (s *scan) preface(c byte) verdict {
	const rest = "\r\n\r\nSM\r\n\r\n"
	if c != rest[s.matched] || int(s.matched) == len(rest)-1 {
		return refused
	}
	s.matched++
	return s.to(statePreface)
}
