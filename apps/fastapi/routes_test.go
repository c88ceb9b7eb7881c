package fastapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// newWorld starts Uvicorn, which serves FastAPI.
func newWorld(t *testing.T, vintage string, change ...func(*config.Config)) *servertest.World {
	t.Helper()
	stacks := map[string]func() *server.Stack{
		config.Vintage202303:  uvicorn.Stack202303,
		config.VintageCurrent: uvicorn.StackCurrent,
	}
	return servertest.New(t, stacks[vintage](), change...)
}

func document(status, body string, before ...string) string {
	return status + "|" + strings.Join(append(before, ""), "|") +
		fmt.Sprintf("content-length: %d|content-type: application/json||%s", len(body), body)
}

var (
	notFound   = document("404 Not Found", `{"detail":"Not Found"}`)
	notAllowed = document("405 Method Not Allowed", `{"detail":"Method Not Allowed"}`, "allow: GET")
	helloAll   = document("200 OK", `"hello"`)
	missing    = map[string]string{
		config.Vintage202303: document("422 Unprocessable Entity",
			`{"detail":[{"loc":["query","id"],"msg":"field required","type":"value_error.missing"}]}`),
		config.VintageCurrent: document("422 Unprocessable Entity",
			`{"detail":[{"type":"missing","loc":["query","id"],"msg":"Field required","input":null}]}`),
	}
)

func redirect(location string) string {
	return "307 Temporary Redirect|content-length: 0|location: " + location + "||"
}

// FastAPI's answers, as the real ones gave them.
func TestRoutes(t *testing.T) {
	tests := []struct{ line, host, want string }{
		{"GET /?id=1", "x", helloAll},
		{"GET /?id=", "x", helloAll},
		{"GET /?id", "x", helloAll},
		{"GET /", "x", "missing"},
		{"GET /?a=1;id=2", "x", "missing"},
		{"GET /?ID=1", "x", "missing"},
		{"GET /?%69d=1", "x", helloAll},
		{"GET /nope", "x", notFound},
		{"GET //", "x", notFound},
		{"GET //docs", "x", notFound},
		{"POST /?id=1", "x", notAllowed},
		{"OPTIONS /?id=1", "x", notAllowed},
		{"HEAD /?id=1", "x", strings.TrimSuffix(notAllowed, `{"detail":"Method Not Allowed"}`)},
		{"HEAD /nope", "x", strings.TrimSuffix(notFound, `{"detail":"Not Found"}`)},
		{"GET /docs/?a=b", "x", redirect("http://x/docs?a=b")},
		{"GET /docs//", "x", redirect("http://x/docs")},
		{"POST /docs/", "x", redirect("http://x/docs")},
		{"GET /docs/", "ex%20ample.org:81", redirect("http://ex%20ample.org:81/docs")},
		{`GET /docs/?a=%20%zz+"<>{}|^` + "`\\", "x", redirect("http://x/docs?a=%20%zz+%22%3C%3E%7B%7D%7C%5E%60%5C")},
		{"GET /docs/", "", redirect("http://127.0.0.1:18080/docs")},
		{"GET /docs/oauth2-redirect/", "x", redirect("http://x/docs/oauth2-redirect")},
	}
	servertest.Both(t, func(t *testing.T, vintage string) {
		for _, test := range tests {
			t.Run(test.line, func(t *testing.T) {
				w := newWorld(t, vintage)
				host := "Host: " + test.host + "\r\n"
				if test.host == "" {
					host = ""
				}
				c := w.Send(0, test.line+" HTTP/1.1\r\n"+host+"\r\n")
				w.Run(time.Minute)
				want := test.want
				if want == "missing" {
					want = missing[vintage]
				}
				got := servertest.Answer(c)
				if strings.Contains(test.line, "<>") { // the request's own bar
					got, want = strings.ReplaceAll(got, "|", ""), strings.ReplaceAll(want, "|", "")
				}
				check.Equal(t, "answer", got, want)
			})
		}
	})
}

// The methods of a page are a set, whose order is the process's own.
func TestMethodNotAllowedOnAPage(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(40) {
		w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Seed = seed })
		first, second := w.Send(0, "POST /docs HTTP/1.1\r\nHost: x\r\n\r\n"),
			w.Send(1, "PUT /redoc HTTP/1.1\r\nHost: x\r\n\r\n")
		w.Run(time.Second)
		check.Equal(t, "second answer of the process", servertest.Answer(second), servertest.Answer(first))
		seen[servertest.Answer(first)] = true
	}
	for _, allow := range []string{"allow: GET, HEAD", "allow: HEAD, GET"} {
		check.Equal(t, allow, seen[document("405 Method Not Allowed", `{"detail":"Method Not Allowed"}`, allow)], true)
	}
	check.Equal(t, "orders", len(seen), 2)
}

func TestPages(t *testing.T) {
	sizes := map[string]map[string]string{
		config.Vintage202303:  {"/docs": "931", "/redoc": "891"},
		config.VintageCurrent: {"/docs": "1006", "/redoc": "888"},
	}
	servertest.Both(t, func(t *testing.T, vintage string) {
		for _, path := range []string{"/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"} {
			w := newWorld(t, vintage)
			get, head := w.Send(0, servertest.Request(path)), w.Send(0, "HEAD "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
			w.Run(time.Minute)
			lines, body, _ := strings.Cut(servertest.Answer(get), "||")
			check.Equal(t, path+" without its body", servertest.Answer(head), lines+"||")
			check.Equal(t, path+" length", strings.Contains(lines, fmt.Sprintf("content-length: %d|", len(body))), true)
			if size := sizes[vintage][path]; size != "" {
				check.Equal(t, path+" length as measured", fmt.Sprint(len(body)), size)
			}
		}
	})
}

// The id is the last one given, decoded as Python does.
func TestIDs(t *testing.T) {
	for query, want := range map[string]string{
		"id=7": "7", "id=": "", "id": "", "id=1&id=2": "2", "id=%41%zz+b%26": "A%zz b&", "%69%64=x": "x",
		"id=%ff%ff%e2%82x": "\ufffd\ufffd\ufffdx", "id=a=b": "a=b", "&&id=1&": "1", "id=1&id": "", "id=%e2%82%ac": "€",
	} {
		t.Run(query, func(t *testing.T) {
			w := newWorld(t, config.Vintage202303)
			w.Send(0, "GET /?"+query+" HTTP/1.1\r\nHost: x\r\n\r\n")
			w.Run(time.Minute)
			check.Equal(t, "program's lines", strings.Join(w.Workers[0].Lines[:2], "\n"),
				"0s #1 "+want+" on AnyIO worker thread\n5s done "+want)
		})
	}
}

// The cooperative program names the request in its answer, as JSON.
func TestCooperativeAnswerNamesTheRequest(t *testing.T) {
	for query, want := range map[string]string{
		"7": `"hello #7"`, "": `"hello #"`, "%22%5c%0a%01%e2%82%ac%ff": `"hello #\"\\\n\u0001€` + "\ufffd" + `"`, "%7f%08%0c%0d%09/": `"hello #` + "\x7f" + `\b\f\r\t/"`,
	} {
		t.Run(query, func(t *testing.T) {
			w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Mode = "cooperative" })
			c := w.Send(0, "GET /?id="+query+" HTTP/1.1\r\nHost: x\r\n\r\n")
			w.Run(time.Minute)
			check.Equal(t, "answer", servertest.Answer(c), document("200 OK", want))
		})
	}
}

// Our own ?sleep= is for one request; a text that is not a duration is refused at once.
func TestSleepOfOneRequest(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		for text, want := range map[string]time.Duration{
			"100ms": 100 * time.Millisecond, "0": 0, "0s": 0, "1m": time.Minute, "5": 5 * time.Second,
		} {
			w := newWorld(t, vintage)
			c := w.Send(0, "GET /?id=1&sleep="+text+" HTTP/1.1\r\nHost: x\r\n\r\n")
			w.Run(time.Hour)
			check.Equal(t, text, c.First(), want)
		}
		for _, text := range []string{"-1s", "abc", "", "NaN", "8761h", "2562047h47m16.8s", "9223372036854775807ns"} {
			w := newWorld(t, vintage)
			c := w.Send(0, "GET /?id=1&sleep="+text+" HTTP/1.1\r\nHost: x\r\n\r\n")
			w.Run(time.Hour)
			check.Equal(t, "answered at once: "+text, c.First(), time.Duration(0))
			answer := servertest.Answer(c)
			check.Equal(t, text, strings.HasPrefix(answer, "422 Unprocessable Entity|") && strings.Contains(answer, `"sleep"`), true)
			check.Equal(t, "started", len(w.Starts()), 0)
		}
	})
}

// Validation runs on the loop: with every thread busy and requests waiting for them, what needs no thread is answered
// at once.
func TestAnswersThatNeedNoThread(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Limit = 1 })
	for i := range 5 {
		w.Get(0, i)
	}
	var quick []*sim.Client
	for _, line := range []string{"GET /", "GET /nope", "POST /", "GET /docs", "GET /docs/"} {
		quick = append(quick, w.Send(time.Second, line+" HTTP/1.1\r\nHost: x\r\n\r\n"))
	}
	w.Run(time.Minute)
	for _, c := range quick {
		check.Equal(t, servertest.Answer(c)[:3], c.First(), time.Second)
	}
}
