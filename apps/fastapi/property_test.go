package fastapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/programtest"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// requests are what clients send to a random program, and whether they stay for the answers.
type requests []request

type request struct {
	at, leaves time.Duration // leaves is 0 for a client that stays
	line       string
	form       string // the body, as multipart/form-data
}

// drawFile draws the path of a file in one of a program's folders, or of none.
func drawFile(t *rapid.T, p *program.Program) string {
	folder := rapid.SampledFrom(p.Static).Draw(t, "folder")
	names := []string{"missing"}
	for _, f := range folder.Files {
		names = append(names, f.Name)
	}
	return folder.Path + "/" + rapid.SampledFrom(names).Draw(t, "file")
}

// drawForm draws a form for a route, in which fields may be missing and files may be so large that they go to disk.
func drawForm(t *rapid.T, r *program.Route) string {
	if len(r.Form) == 0 {
		return ""
	}
	var form strings.Builder
	for _, f := range r.Form {
		if rapid.IntRange(0, 9).Draw(t, "is missing") == 0 {
			continue
		}
		name, value := `"`+f.Name+`"`, "1"
		if f.IsFile {
			name += `; filename="f"`
			value = strings.Repeat("x", rapid.SampledFrom([]int{0, 10, 1 << 20, 3 << 19}).Draw(t, "size"))
		}
		form.WriteString("--b\r\nContent-Disposition: form-data; name=" + name + "\r\n\r\n" + value + "\r\n")
	}
	return form.String() + "--b--\r\n"
}

// drawRequests draws requests for the routes of a program, some of which are wrong.
func drawRequests(t *rapid.T, p *program.Program) requests {
	var all requests
	at := time.Duration(0)
	for range rapid.IntRange(1, 25).Draw(t, "requests") {
		at += time.Duration(rapid.IntRange(0, 15).Draw(t, "gap")) * time.Millisecond
		leaves := time.Duration(0)
		if rapid.IntRange(0, 9).Draw(t, "leaves") == 0 {
			leaves = at + time.Duration(rapid.IntRange(1, 60).Draw(t, "after"))*time.Millisecond
		}
		if len(p.Static) > 0 && rapid.IntRange(0, 5).Draw(t, "asks for a file") == 0 {
			all = append(all, request{at, leaves, "GET " + drawFile(t, p), ""})
			continue
		}
		route := rapid.SampledFrom(p.Routes).Draw(t, "route")
		line := route.Method + " " + strings.NewReplacer("{", "1", "}", "").Replace(route.Path)
		query := url.Values{}
		for _, q := range allParameters(route) {
			query.Set(q.Name, rapid.SampledFrom([]string{"1", "1", "1", "x"}).Draw(t, "value"))
		}
		all = append(all, request{at, leaves, line + "?" + query.Encode(), drawForm(t, route)})
	}
	return all
}

// allParameters are those of a route and of what it depends on.
func allParameters(r *program.Route) []program.Parameter {
	all := r.Parameters
	var add func([]*program.Dependency)
	add = func(depends []*program.Dependency) {
		for _, d := range depends {
			all = append(all, d.Parameters...)
			add(d.Depends)
		}
	}
	add(r.Depends)
	return all
}

// run plays requests until everything is over.
func (all requests) run(t servertest.T, stack *server.Stack, p *program.Program, limit int) (*servertest.World, []*sim.Client) {
	w := servertest.New(t, stack, func(c *config.Config) { c.Program, c.Limit = p, limit })
	clients := make([]*sim.Client, len(all))
	for i, r := range all {
		head := r.line + " HTTP/1.1\r\nHost: x\r\n"
		if r.form != "" {
			head += fmt.Sprintf("Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n", len(r.form))
		}
		clients[i] = w.Send(r.at, head+"\r\n"+r.form)
		if r.leaves > 0 {
			w.At(r.leaves, clients[i].Close)
		}
	}
	w.Run(2 * time.Minute)
	return w, clients
}

// Tokens and connections are conserved, and no request is lost, whatever a program does and whichever client leaves; the same
// seed gives the same run.
func TestRandomProgramsConserveWhatTheyTake(t *testing.T) {
	for _, stack := range []func() *server.Stack{uvicorn.Stack202303, uvicorn.StackCurrent} {
		rapid.Check(t, func(t *rapid.T) {
			text := programtest.DrawAll(t)
			p, err := program.Read("drawn.yaml", []byte(text), nil)
			if err != nil {
				t.Fatal(err)
			}
			all, limit := drawRequests(t, p), rapid.IntRange(1, 4).Draw(t, "limit")
			world := servertest.Example{}
			w, clients := all.run(world, stack(), p, limit)
			s := w.Workers[0].Statistics()
			check.Equal(t, "tokens taken", s.Borrowed, 0)
			check.Equal(t, "waiting for tokens", s.Waiting, 0)
			check.Equal(t, "functions running", s.Busy, 0)
			check.Equal(t, "requests held", s.Held, int64(0))
			check.Equal(t, "requests counted", s.Accepted, s.Answered+s.Left)
			check.Equal(t, "tokens lent at once", s.Limit >= 1 && s.Limit == limit, true)
			for _, pool := range s.Pools {
				check.Equal(t, "connections of "+pool.Name+" taken", pool.InUse, 0)
				check.Equal(t, "waiting for connections of "+pool.Name, pool.Waiting, 0)
				check.Equal(t, "within the pool", pool.Peak <= pool.Size+pool.Overflow, true)
			}
			var routes int64
			for _, r := range s.Routes {
				routes += r.Accepted
			}
			check.Equal(t, "requests of all routes", routes, s.Accepted)
			for i, c := range clients {
				if all[i].leaves == 0 && c.First() == sim.Never && c.Ended == sim.Never {
					t.Errorf("request %d (%s) has neither an answer nor an end", i, all[i].line)
				}
			}
			again, _ := all.run(world, stack(), p, limit)
			check.Equal(t, "the second run", strings.Join(again.Workers[0].Lines, "\n"), strings.Join(w.Workers[0].Lines, "\n"))
		})
	}
}
