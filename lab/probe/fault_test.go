package probe

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
)

// inMemory is a probe of a server whose connections are pipes; talk is given
// each with its number, from 1.
func inMemory(talk func(int64, net.Conn), options Options) *prober {
	var count atomic.Int64
	return &prober{
		target:  Target{URL: "http://192.0.2.1/?id={n}", addr: "192.0.2.1:80", host: "192.0.2.1", path: "/?id={n}"},
		options: options,
		dial: func(context.Context, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go talk(count.Add(1), theirs)
			return ours, nil
		},
	}
}

// presentable fails unless the findings can be shown to a person, a program and a browser.
func presentable(t *testing.T, f Findings, err error) {
	t.Helper()
	for _, text := range []string{f.Text(), f.Verdict, err.Error()} {
		if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("%q has a character that is no print at %d", text, i)
		}
	}
	encoded, failed := json.Marshal(f)
	var back Findings
	if failed != nil || json.Unmarshal(encoded, &back) != nil || back.Fault == nil || *back.Fault != *f.Fault {
		t.Errorf("the JSON is %s, %v; want the fault %+v in it", encoded, failed, f.Fault)
	}
	if !strings.Contains(f.Text(), "fault          "+f.Fault.Kind) {
		t.Errorf("no fault in\n%s", f.Text())
	}
	for decoder := xml.NewDecoder(strings.NewReader(string(f.SVG()))); ; {
		if _, failed := decoder.Token(); errors.Is(failed, io.EOF) {
			break
		} else if failed != nil {
			t.Fatalf("the picture: %v", failed)
		}
	}
}

// judged fails unless the probe ended in time with the fault that is wanted.
func judged(t *testing.T, h hostile, f Findings, err error, limit time.Duration) {
	t.Helper()
	var fault *Fault
	if !errors.As(err, &fault) || fault.Kind != h.kind || !strings.Contains(f.Verdict, h.want) || f.Fault != fault {
		t.Fatalf("got %q, %v; want a fault that is %s, and %q", f.Verdict, err, h.kind, h.want)
	}
	if f.Took > limit.Seconds() {
		t.Errorf("took %.3fs of %v", f.Took, limit)
	}
	presentable(t, f, err)
}

// Each ends the probe in the time that it has, and the verdict says what it did.
func TestHostileServers(t *testing.T) {
	const limit = 20 * time.Second
	for _, h := range hostiles() {
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := inMemory(func(_ int64, c net.Conn) { h.serveOne(c) }, Options{Most: 64, Time: limit})
				f, err := p.probe(t.Context())
				judged(t, h, f, err, limit+time.Millisecond)
				if f.Fault.During == "" || f.Fault.Of == 0 {
					t.Errorf("the fault %+v does not say where", f.Fault)
				}
				time.Sleep(2 * time.Hour) // for the server to notice
			})
		})
	}
}

// A server that turns hostile when it has more to do ends the probe with that
// burst, and at once if no overload explains it.
func TestServersThatTurnHostile(t *testing.T) {
	const good = 6 // each alone: three, and three for another path
	for _, h := range hostiles() {
		limit := time.Minute + time.Millisecond
		if fault := (&Fault{Kind: h.kind}); fault.violates() {
			limit = 10 * time.Second
		}
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := inMemory(func(number int64, c net.Conn) {
					if number > good {
						h.serveOne(c)
						return
					}
					hostile{talk: obliging(500 * time.Millisecond)}.serveOne(c)
				}, Options{Most: 2, Time: time.Minute})
				f, err := p.probe(t.Context())
				judged(t, h, f, err, limit)
				if f.Fault.During != "a burst of 2" || f.Fault.Of != 2 || len(f.Burst) != 2 || f.Service != 0.5 {
					t.Errorf("got the fault %+v, %d bars and a request of %vs", f.Fault, len(f.Burst), f.Service)
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}

// What an overloaded server does is a finding, and no fault.
func TestOverloadIsNoFault(t *testing.T) {
	for _, h := range hostiles() {
		if fault := (&Fault{Kind: h.kind}); fault.violates() {
			continue
		}
		t.Run(h.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const limit = 20 * time.Second
				p := inMemory(func(number int64, c net.Conn) {
					if 43 < number && number < 63 {
						h.serveOne(c)
						return
					}
					hostile{talk: obliging(500 * time.Millisecond)}.serveOne(c)
				}, Options{Most: 64, Time: limit})
				f, err := p.probe(t.Context())
				if err != nil || f.Fault != nil || f.Took > limit.Seconds()+0.001 || f.Overload.Outcomes["200"] != 45 {
					t.Errorf("got %v, %+v after %.3fs with %+v", err, f.Fault, f.Took, f.Overload)
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}

// A server that turns clients away before they have asked does what it may.
func TestTurnedAwayBeforeAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(func(_ int64, c net.Conn) {
			hostile{talk: unheard(says("HTTP/1.1 503 Full\r\nContent-Length: 0\r\n\r\n"))}.serveOne(c)
		}, Options{Most: 4, Time: 5 * time.Second})
		f, err := p.probe(t.Context())
		if err != nil || f.Status != 503 || f.Service < 0 {
			t.Errorf("got %v, %+v", err, f)
		}
		time.Sleep(2 * time.Hour)
	})
}

// A server that reads nothing cannot hold the probe up, even if the kernel takes
// nothing for it.
func TestDeafServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 5 * time.Second
		p := inMemory(func(_ int64, c net.Conn) {
			time.Sleep(time.Hour)
			c.Close()
		}, Options{Most: 4, Time: limit})
		f, err := p.probe(t.Context())
		judged(t, hostile{want: "does not answer in ", kind: Silent}, f, err, limit+time.Millisecond)
		time.Sleep(2 * time.Hour)
	})
}

func TestUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(nil, Options{Most: 4, Time: 3 * time.Second})
		p.dial = func(ctx context.Context, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		f, err := p.probe(t.Context())
		judged(t, hostile{want: "takes no connection in 3s", kind: Unreachable}, f, err, 3*time.Second+time.Millisecond)
	})
}

// Real sockets at full speed, one or sixty-four at once: what is read is not
// kept. The server is in this process as well, and has one buffer for all.
func TestMemoryUnderAttack(t *testing.T) {
	for _, test := range []struct {
		hostile     string
		good        int // connections before
		connections int
	}{
		{"body without a length", 0, 1},
		{"interim responses", 3, 64},
	} {
		t.Run(test.hostile, func(t *testing.T) {
			all := hostiles()
			h := all[slices.IndexFunc(all, func(h hostile) bool { return h.name == test.hostile })]
			target := listens(t, h, test.good)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			f, err := Run(t.Context(), target, Options{Most: 64, Time: 30 * time.Second})
			runtime.ReadMemStats(&after)
			judged(t, h, f, err, 31*time.Second)
			if f.Fault.Of != test.connections {
				t.Errorf("met on %d of %d connections, want %d", f.Fault.Connections, f.Fault.Of, test.connections)
			}
			// Everything that was ever allocated, so that no moment can be missed. Most of it is to ask the
			// kernel about the processes of this machine, which may be many.
			const most = 256 << 20
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > most {
				t.Errorf("%d connections allocated %s, want at most %s", f.Fault.Of, size(int64(allocated)), size(most))
			}
		})
	}
}

// listens serves as h does, after some connections that are served well.
func listens(t *testing.T, h hostile, good int) Target {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for number := 1; ; number++ {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			if number > good {
				go h.serveOne(c)
			} else {
				go hostile{talk: obliging(0)}.serveOne(c)
			}
		}
	}()
	target, err := Parse(t.Context(), "http://"+listener.Addr().String()+"/", false)
	if err != nil {
		t.Fatal(err)
	}
	return target
}
