package targettest_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/eventually"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/targettest"
)

const shop = `
name: shop
routes:
  GET /items/{id}: {parameters: {id: int}, def: [{sleep: 1ms}], body: '{"id":{id}}'}
  POST /items: {async: [], status: 201, body: '{"ok":true}'}
`

// shopOf is the same as Go values.
func shopOf() *program.Program {
	return &program.Program{Name: "shop", Routes: []*program.Route{{
		Method: "GET", Path: "/items/{id}", Parameters: []program.Parameter{{Name: "id", Type: program.Int, InPath: true}},
		Function: program.Def(program.Sleeping(time.Millisecond)), Body: `{"id":{id}}`,
	}, {
		Method: "POST", Path: "/items", Function: program.AsyncDef(), Status: http.StatusCreated, Body: `{"ok":true}`,
	}}}
}

// asked is what the shop answers to two requests.
func asked(t *testing.T, s *targettest.Server) string {
	t.Helper()
	var b strings.Builder
	for _, request := range [][2]string{{http.MethodGet, "/items/7"}, {http.MethodPost, "/items"}} {
		r, err := http.NewRequestWithContext(t.Context(), request[0], s.URL+request[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		b.WriteString(answer.Status + " " + string(text) + "\n")
	}
	return b.String()
}

func TestAProgramIsServedHoweverItIsGiven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(path, []byte(shop), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, option := range map[string]targettest.Option{
		"a file":    targettest.Program(path),
		"its text":  targettest.Program(shop),
		"bytes":     targettest.Program([]byte(shop)),
		"Go values": targettest.Program(shopOf()),
		"a flag":    targettest.Set("program", path),
	} {
		t.Run(name, func(t *testing.T) {
			check.Equal(t, "answers", asked(t, targettest.New(t, option)), "200 OK {\"id\":7}\n201 Created {\"ok\":true}\n")
		})
	}
}

// Workers in processes of their own get the program from the test's process.
func TestAProgramIsServedByProcesses(t *testing.T) {
	s := targettest.New(t, targettest.Program(shopOf()), targettest.Processes(2))
	check.Equal(t, "answers", asked(t, s), "200 OK {\"id\":7}\n201 Created {\"ok\":true}\n")
}

func TestWrongProgramsFailTheTest(t *testing.T) {
	twice := shopOf()
	twice.Routes = append(twice.Routes, twice.Routes[0])
	for name, tt := range map[string]struct {
		options []targettest.Option
		want    string
	}{
		"no such file":    {[]targettest.Option{targettest.Program("none.yaml")}, `targettest: Program: "none.yaml" cannot be opened`},
		"a wrong text":    {[]targettest.Option{targettest.Program("routes:\n  GET /: {}\n")}, "targettest: Program: Program:2:10: a route needs def or async; "},
		"wrong Go values": {[]targettest.Option{targettest.Program(twice)}, `targettest: Program: program.Routes[2]: "GET /items/{id}" is given twice, first in Routes[0]; `},
		"not for Flask":   {[]targettest.Option{targettest.Program("crud"), targettest.Stack("flask")}, "targettest: crud:5:1: dependencies cannot be used: Flask has no dependencies; "},
		"with a mode":     {[]targettest.Option{targettest.Program("crud"), targettest.Mode("threadpool")}, `targettest: flag --mode: "threadpool" belongs to the article's program, and the program that is given serves another; `},
	} {
		t.Run(name, func(t *testing.T) {
			p := &played{TB: t}
			p.run(func() { targettest.New(p, tt.options...) })
			if !p.failed || !strings.HasPrefix(p.text, tt.want) {
				t.Errorf("got %q\nwant %q…", p.text, tt.want)
			}
		})
	}
}

const withSession = `
pools: {db: {size: 1, overflow: 1}}
dependencies:
  session: {session: db}
routes:
  GET /: {depends: [session], def: [{query: 1ms}], background: [{def: []}]}
`

// Hold keeps handlers running after their steps, with the connections that they have: the others wait for one.
func TestHoldKeepsConnections(t *testing.T) {
	s := targettest.New(t, targettest.Program(withSession), targettest.Limit(4))
	s.Hold()
	for range 5 {
		go func() {
			if answer, err := s.Client().Get(s.URL); err == nil {
				_ = answer.Body.Close()
			}
		}()
	}
	eventually.True(t, "two have a connection, and two wait for one", func() bool {
		p := s.Pool("db")
		return p.InUse == 2 && p.Waiting == 2
	})
	s.Release()
	if err := s.WaitAnswered(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	check.Equal(t, "answered", s.Route("GET /").Answered, 5)
	check.Equal(t, "connections", s.Pool("db").Peak, 2)
	eventually.True(t, "tasks end", func() bool { return s.Snapshot().Lasting == 0 })
}
