package scenarios

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// programForms shows how forms are read, and when an upload needs threads.
func programForms() []Scenario {
	return []Scenario{
		{
			Name:   "program-forms-answers",
			About:  "Forms, missing and repeated fields, files where texts are expected and the other way round, wrong types: every byte.",
			Server: playing("forms", 0), Core: true,
			Play: func(s *Stage) { s.Probe(posts(formProbes())) },
		},
		{
			Name:   "program-forms-malformed",
			About:  "Boundaries and parts that are malformed, too many and too large ones: what is answered, and what does the parser log?",
			Server: playing("forms", 0),
			Play: func(s *Stage) {
				s.post(malformedForms())
				s.Probe(posts(refusedForms()))
			},
		},
		{
			Name:   "program-forms-order",
			About:  "A form is read before dependencies run: what of it is told before, and what after them?",
			Server: playing("forms", 0),
			Play: func(s *Stage) {
				s.post([]formProbe{
					{"fine", "/order/1", urlencoded, "title=a"},
					{"wrong parameter", "/order/x", urlencoded, "title=a"},
					{"missing field", "/order/1", urlencoded, ""},
					{"both", "/order/x", urlencoded, ""},
					{"malformed", "/order/x", multipart, "--Y\r\n"},
					{"wrong in the dependency", "/order/1?limit=x", urlencoded, ""},
				})
			},
		},
		{
			Name:   "program-forms-openapi",
			About:  "The OpenAPI document of a program with forms.",
			Server: playing("forms", 0),
			Play:   func(s *Stage) { s.Probe(gets("/openapi.json")) },
		},
	}
}

const (
	urlencoded = "application/x-www-form-urlencoded"
	multipart  = "multipart/form-data; boundary=X"
	lastPart   = "--X--\r\n"
)

// formProbe is a form that is sent by POST.
type formProbe struct{ name, path, kind, body string }

func (p formProbe) raw() string {
	kind := ""
	if p.kind != "" {
		kind = "Content-Type: " + p.kind + "\r\n"
	}
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: lab\r\n%sContent-Length: %d\r\n\r\n%s", p.path, kind, len(p.body), p.body)
}

// posts are the requests with forms.
func posts(forms []formProbe) []probe {
	probes := make([]probe, len(forms))
	for i, p := range forms {
		probes[i] = probe{p.name, p.raw()}
	}
	return probes
}

// post sends forms one after another, and states what Trace does.
func (s *Stage) post(probes []formProbe) {
	for _, p := range probes {
		s.turn(probe{p.name, p.raw()})
	}
}

// part is a part of a multipart form. disposition is what follows form-data, and the rest of the headers.
func part(disposition, data string) string {
	return "--X\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + data + "\r\n"
}

const picture = `name="picture"; filename="a.png"` + "\r\nContent-Type: image/png"

func formProbes() []formProbe {
	text, file, both := "/text", "/file", "/both"
	title := part(`name="title"`, "hello")
	return []formProbe{
		{"fields", text, urlencoded, "title=a+b%20c&note=%C3%A4"},
		{"missing fields", text, urlencoded, "note=1"},
		{"empty fields", text, urlencoded, "title=&note="},
		{"no body", text, urlencoded, ""},
		{"repeated fields", text, urlencoded, "title=1&title=2"},
		{"semicolons", text, urlencoded, "title=1;note=2"},
		{"a name alone", text, urlencoded, "title=1&note"},
		{"bytes", text, urlencoded, "title=\xff\xc3\xa4%ff%zz\"\\%0a"},
		{"no type", text, "", "title=1"},
		{"another type", text, "text/plain", "title=1"},
		{"capitals", text, strings.ToUpper(urlencoded), "title=1"},
		{"capitals and options", text, "Application/X-WWW-Form-Urlencoded; charset=utf-8", "title=1"},
		{"optional, and no form", "/note", "", ""},
		{"optional, and empty", "/note", urlencoded, "note="},
		{"multipart", text, multipart, title + lastPart},
		{"not UTF-8", text, multipart, part(`name="title"`, "h\xff\xc3\xa4") + lastPart},
		{"UTF-8 as Latin-1", text, multipart + "; charset=latin-1", part(`name="title"`, "\xc3\xa4") + lastPart},
		{"a file for a text", text, multipart, part(`name="title"; filename="a\"b"`+"\r\nX-Y: z\r\nX-Y: t", "hello") + lastPart},
		{"a large file for a text", text, multipart, part(`name="title"; filename="a"`, strings.Repeat("x", 1<<20+1)) + lastPart},
		{"a text for a file", file, multipart, part(`name="picture"`, "hello\n") + lastPart},
		{"a field for a file", file, urlencoded, "picture=1"},
		{"a file", file, multipart, part(picture, "\x00\x01") + lastPart},
		{"a file without a name", file, multipart, part(`name="picture"; filename=""`, "") + lastPart},
		{"a file without a name and with a byte", file, multipart, part(`name="picture"; filename=""`, "x") + lastPart},
		{"an empty file", file, multipart, part(`name="picture"; filename="a"`, "") + lastPart},
		{"no file", file, "", ""},
		{"both", both, multipart, title + part(picture, "x") + part(`name="other"`, "x") + lastPart},
		{"the wrong way round", both, multipart, part(`name="title"; filename="t"`, "") + part(`name="picture"`, "p") +
			part(`name="note"; filename="n"`, "") + part(`name="extra"`, "e") + lastPart},
		{"a text and then a file", both, multipart, title + part(picture, "x") + part(`name="title"; filename="f"`, "x") + lastPart},
	}
}

func malformedForms() []formProbe {
	title := part(`name="title"`, "hello")
	bodies := []string{
		"", "x", "--X", "--Y\r\n", "--X--", "--X-x", "--XX", "--X\n", "\r\n" + title + lastPart, "pre\r\n" + title + lastPart, "\r\npre\r\n" + title + lastPart,
		title, title + "--X", title + "--X-", title + lastPart + "epi", title + "--X \r\n\r\nx\r\n--X--", part("", "x") + lastPart, "--X\r\n\r\nx\r\n" + lastPart,
		"--X\r\nA b: c\r\n\r\n", "--X\r\nX1: c\r\n\r\n", "--X\r\n: c\r\n\r\n", "--X\r\nA: c\rx\r\n\r\n", "--X\r\nA: c\r\n\rx\r\n",
		"--X\r\nTit\r\n\r\nx\r\n--X--", part(`name=title`, "x\r\n--Y\r\r\n--") + lastPart, part(`NAME = "title"; filename*=x`, "x") + lastPart,
	}
	probes := make([]formProbe, len(bodies))
	for i, body := range bodies {
		probes[i] = formProbe{fmt.Sprintf("%q", body), "/text", multipart, body}
	}
	return probes
}

// refusedForms are those of which nothing is logged.
func refusedForms() []formProbe {
	const text = "/text"
	var probes []formProbe
	title := part(`name="title"`, "hello")
	for _, kind := range []string{"", "=", `="X`, "=Y", "=" + strings.Repeat("X", 257)} {
		name := fmt.Sprintf("boundary%.3s", kind)
		probes = append(probes, formProbe{name, text, "multipart/form-data; boundary" + kind, title + lastPart})
	}
	large := strings.Repeat("x", 1<<20+1)
	return append(probes,
		formProbe{"1001 fields", text, multipart, strings.Repeat(part(`name="a"`, ""), 1001) + lastPart},
		formProbe{"1001 files", text, multipart, strings.Repeat(part(`name="a"; filename="b"`, ""), 1001) + lastPart},
		formProbe{"1001 fields, encoded", text, urlencoded, strings.Repeat("a=1&", 1001) + "title=1"},
		formProbe{"a large text", "/both", multipart, part(`name="title"`, large) + lastPart},
		formProbe{"a large text, encoded", "/both", urlencoded, "title=" + large},
		formProbe{"a large header", text, multipart, part(`name="title"`+"\r\nA: "+large[:5000], "x") + lastPart},
		formProbe{"many headers", text, multipart, part(`name="title"`+strings.Repeat("\r\nA: b", 8), "x") + lastPart},
	)
}

// programUploads shows the threads that uploads need, and clients that send slowly or leave.
func programUploads() []Scenario {
	return []Scenario{uploadBusy(), uploadCloses(), uploadLeft(), uploadWire(), uploadUnread()}
}

// upload is the head and the beginning of an upload of a text and a file, as far as its sender has sent it: sent bytes of
// the file of size bytes.
func upload(path, title string, sent, size int) string {
	begin := part(`name="title"`, title) + "--X\r\nContent-Disposition: form-data; " + picture + "\r\n\r\n"
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: lab\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", path, multipart,
		len(begin)+size+len(uploadEnd), begin+strings.Repeat("x", sent))
}

const uploadEnd = "\r\n--X--\r\n"

// large is a size at which a file is on disk.
const large = 1<<20 + 1<<10

// uploadBusy shows trips to the only thread. What is sent at a time is so little that the server receives it at once.
func uploadBusy() Scenario {
	return Scenario{
		Name:   "program-upload-busy",
		About:  "Uploads while the only thread is busy: a large one queues for it at each part that comes, and among other requests; a small one does not.",
		Server: playing("forms", 1), Alone: true, Core: true,
		Play: func(s *Stage) {
			s.warmUploads()
			clients := s.ConnectAll(6)
			first, more := clients[0], strings.Repeat("x", 10<<10)
			first.Send(upload("/upload", "large", large, large+2*len(more)))
			s.Pause(300 * ms)
			s.Mark()
			clients[1].GetPath(path("/hold", 1))
			s.Until(50 * ms)
			first.SendMore(more)
			s.Until(100 * ms)
			clients[2].GetPath(path("/hold", 2))
			s.Until(150 * ms)
			clients[3].Send(upload("/upload", "small", 100<<10, 100<<10) + uploadEnd)
			s.Until(200 * ms)
			clients[4].GetPath("/plain")
			s.Until(250 * ms)
			first.SendMore(more + uploadEnd)
			s.Until(300 * ms)
			clients[5].GetPath(path("/hold", 3))
			s.AwaitAll(clients, patience)
			s.Near("answered at", 120*ms, answeredAt(clients)...)
			s.Order("lines", 0, s.SaidWords())
		},
	}
}

// warmUploads asks for what takes Python's time only once.
func (s *Stage) warmUploads() {
	c := s.Connect()
	c.GetPath("/warm")
	c.Await(1, patience)
	c.Send(upload("/upload", "warm", 1, 1) + uploadEnd)
	c.Await(2, patience)
	c.Leave()
	s.Pause(100 * ms)
}

func uploadCloses() Scenario {
	return Scenario{
		Name:   "program-upload-closes",
		About:  "Large uploads to handlers that fail, while the only thread is busy: is the file closed, which takes the thread, before the answer or after it?",
		Server: playing("forms", 1), Alone: true,
		Play: func(s *Stage) {
			s.warmUploads()
			for _, p := range []string{"/fails", "/raises", "/missing"} {
				clients := s.ConnectAll(2)
				s.Mark()
				clients[0].Send(upload(p, "large", large, large) + uploadEnd)
				s.Until(150 * ms)
				clients[1].GetPath(path("/hold", 1))
				s.AwaitAll(clients, patience)
				s.Pause(300 * ms)
				s.Near(p+" answered at", 120*ms, answeredAt(clients)...)
				s.Lines(p+" statuses", statuses(clients))
			}
			s.Order("lines", 0, s.SaidWords())
			s.stateLog()
		},
	}
}

func uploadLeft() Scenario {
	return Scenario{
		Name:   "program-upload-left",
		About:  "Clients that leave in the middle of a form or of an upload, and one that leaves while its upload waits for a thread.",
		Server: playing("forms", 1),
		Play: func(s *Stage) {
			s.warmUploads()
			for _, leave := range []func(*Client){(*Client).Leave, (*Client).Reset, (*Client).HalfClose} {
				for _, size := range []int{10, large} {
					c := s.Connect()
					c.Send(upload("/order/1", "left", size, size))
					s.Pause(200 * ms)
					leave(c)
					s.Pause(200 * ms)
				}
			}
			clients := s.ConnectAll(2)
			clients[0].Send(upload("/upload", "waits", large, 2*large))
			s.Pause(200 * ms)
			clients[1].GetPath(path("/hold", 1))
			s.Pause(100 * ms)
			clients[0].SendMore(strings.Repeat("x", 10<<10))
			s.Pause(100 * ms)
			clients[0].Leave()
			clients[1].Await(1, patience)
			s.Pause(300 * ms)
			after := s.Connect()
			after.Send(upload("/upload", "after", 10, 10) + uploadEnd)
			after.Await(1, patience)
			s.Exact("the next", after.Wire())
			s.stateLog()
		},
	}
}

func uploadWire() Scenario {
	return Scenario{
		Name:   "program-upload-wire",
		About:  "Forms in chunks, byte by byte, after 100 Continue and pipelined, and what follows one that is refused before its end.",
		Server: playing("forms", 0),
		Play: func(s *Stage) {
			const head = "POST /text HTTP/1.1\r\nHost: lab\r\nContent-Type: "
			state := func(name string, send func(c *Client)) {
				c := s.Connect()
				send(c)
				c.Settle()
				c.GetPath("/plain")
				c.Settle()
				s.Exact(name, strings.Join(append([]string{c.Wire()}, c.Logged()...), "\n-- "))
				c.Leave()
			}
			state("chunks", func(c *Client) {
				c.Send(head + urlencoded + "\r\nTransfer-Encoding: chunked\r\n\r\n")
				for _, chunk := range []string{"5\r\ntitle\r\n", "2\r\n=a\r\n", "0\r\n\r\n"} {
					s.Pause(30 * ms)
					c.SendMore(chunk)
				}
			})
			state("byte by byte", func(c *Client) {
				body := part(`name="title"`, "a\r\n--Xb") + lastPart
				c.Send(fmt.Sprintf("%s%s\r\nContent-Length: %d\r\n\r\n", head, multipart, len(body)))
				for _, b := range body {
					s.Pause(5 * ms)
					c.SendMore(string(b))
				}
			})
			state("100 Continue", func(c *Client) {
				c.Send(head + urlencoded + "\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n")
				s.Pause(100 * ms)
				c.SendMore("title=a")
			})
			state("100 Continue, and not read", func(c *Client) {
				c.Send(head + "text/plain\r\nContent-Length: 7\r\nExpect: 100-continue\r\n\r\n")
				s.Pause(100 * ms)
				c.SendMore("title=a")
			})
			state("pipelined", func(c *Client) {
				form := formProbe{"", "/text", urlencoded, "title=a"}.raw()
				c.Send(form + form)
			})
			state("refused early", func(c *Client) {
				c.Send(head + multipart + "\r\nContent-Length: 20\r\n\r\n--Y\r\n")
				s.Pause(100 * ms)
				c.SendMore(strings.Repeat("x", 15))
			})
		},
	}
}

func uploadUnread() Scenario {
	return Scenario{
		Name:   "program-upload-unread",
		About:  "An upload of twenty megabytes while the only thread is busy: does the server take all of it, and when does it go on?",
		Server: playing("forms", 1), Alone: true, Kernel: true,
		Play: func(s *Stage) {
			const size = 20 << 20
			s.warmUploads()
			clients := s.ConnectAll(5)
			s.Mark()
			for i, c := range clients[1:] {
				c.GetPath(path("/hold", i))
			}
			s.Pause(50 * ms)
			clients[0].Send(upload("/upload", "large", 0, size))
			rest := append(bytes.Repeat([]byte("x"), size), uploadEnd...)
			taken := clients[0].Fill(rest, time.Second)
			s.Exact("all taken while the thread is busy", taken == len(rest)) // how much depends on the kernel's buffers
			more := clients[0].Fill(rest[taken:], 5*time.Second)
			s.Exact("all taken in the end", taken+more == len(rest))
			s.AwaitAll(clients, patience)
			s.Near("answered at", 400*ms, clients[0].AnsweredAt(0))
			s.Lines("statuses", statuses(clients))
		},
	}
}
