package admin

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"go.yaml.in/yaml/v3"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
)

// document is the part of openapi.yaml that is tested.
type document struct {
	Paths      map[string]map[string]operation
	Components struct {
		Schemas         map[string]schema
		SecuritySchemes map[string]struct{ Type, Scheme string } `yaml:"securitySchemes"`
	}
}

type operation struct {
	Parameters []struct{ Name, In string }
	Responses  map[string]any
}

type schema struct {
	Required   []string
	Properties map[string]struct {
		Type string
		Enum []string
		Ref  string `yaml:"$ref"`
	}
}

func read(t *testing.T) document {
	t.Helper()
	var d document
	if err := yaml.Unmarshal(openAPI, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// The document has exactly the routes that are served.
func TestOpenAPIHasEveryRoute(t *testing.T) {
	var served, told []string
	err := chi.Walk(routes(nil, newPage()), func(method, path string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		served = append(served, strings.ToLower(method)+" "+path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, operations := range read(t).Paths {
		for method := range operations {
			told = append(told, method+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(told)
	if !slices.Equal(served, told) {
		t.Errorf("served:\n%s\nin openapi.yaml:\n%s", strings.Join(served, "\n"), strings.Join(told, "\n"))
	}
}

// Its schemas have the fields of the Go types, with their types; a field is required if it
// is never omitted.
func TestOpenAPIHasEveryField(t *testing.T) {
	types := map[reflect.Kind]string{
		reflect.Int: "integer", reflect.Int64: "integer", reflect.Float64: "number", reflect.Bool: "boolean",
		reflect.String: "string", reflect.Struct: "string", // a time
		reflect.Slice: "array",
	}
	for name, of := range map[string]reflect.Type{
		"Statistics": reflect.TypeFor[Statistics](), "Request": reflect.TypeFor[Request](),
		"Route": reflect.TypeFor[Route](), "Pool": reflect.TypeFor[Pool](),
		"Frame": reflect.TypeFor[Frame](), "Server": reflect.TypeFor[Server](), "LiveWorker": reflect.TypeFor[LiveWorker](),
		"LiveLoop": reflect.TypeFor[LiveLoop](), "LiveThread": reflect.TypeFor[LiveThread](), "LiveCall": reflect.TypeFor[LiveCall](),
		"LivePool": reflect.TypeFor[LivePool](), "Backlog": reflect.TypeFor[Backlog](),
	} {
		told := read(t).Components.Schemas[name]
		var fields, required []string
		for field := range of.Fields() {
			key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			fields = append(fields, key)
			if options == "" {
				required = append(required, key)
			}
			want := types[field.Type.Kind()]
			if kind := strings.TrimPrefix(field.Type.String(), "*"); strings.HasPrefix(kind, "admin.") && strings.HasSuffix(told.Properties[key].Ref, "/"+strings.TrimPrefix(kind, "admin.")) {
				want = "" // the schema of that type has it
			}
			if got := told.Properties[key].Type; got != want {
				t.Errorf("%s.%s has type %q, want %q", name, key, got, want)
			}
		}
		same(t, name+"'s fields", slices.Collect(maps.Keys(told.Properties)), fields)
		same(t, name+"'s required fields", told.Required, required)
	}
	var outcomes []string
	for _, o := range []Outcome{Waiting, Working, Answered, Refused, Cancelled, ClientLeft} {
		outcomes = append(outcomes, string(o))
	}
	same(t, "outcomes", read(t).Components.Schemas["Request"].Properties["outcome"].Enum, outcomes)
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: openapi.yaml has %v, want %v", what, got, want)
	}
}

// A command with an unknown or repeated parameter is refused, rather than carried out
// without it.
func TestStrayParametersAreRefused(t *testing.T) {
	for _, target := range []string{
		"POST /pause?x=1", "POST /reset?n=1", "POST /release?N=1", "POST /release?n=%zz", "POST /release?n=1&n=2", "PUT /limit?value=3&value=4",
		"GET /requests?n=5", "GET /wait?busy=1&wait=5s", "GET /stats?worker=1", "GET /metrics?x", "GET /openapi.yaml?v=2",
	} {
		method, path, _ := strings.Cut(target, " ")
		rw := httptest.NewRecorder()
		routes(nil, newPage()).ServeHTTP(rw, httptest.NewRequest(method, path, nil))
		if rw.Code != http.StatusBadRequest || strings.Count(rw.Body.String(), "\n") != 1 {
			t.Errorf("%s: %d %q", target, rw.Code, rw.Body)
		}
	}
}

// A limit that is missing or wrong is refused with what is accepted.
func TestWrongLimit(t *testing.T) {
	for query, want := range map[string]string{
		"":         "value is missing; accepted: a number of threads, as in PUT /limit?value=200\n",
		"?value=":  "value: \"\" is not accepted\n",
		"?value=x": "value: \"x\" is not accepted\n",
	} {
		rw := httptest.NewRecorder()
		routes(refusing{}, newPage()).ServeHTTP(rw, httptest.NewRequest(http.MethodPut, "/limit"+query, nil))
		if rw.Code != http.StatusBadRequest || rw.Body.String() != want {
			t.Errorf("%q: %d %q, want %q", query, rw.Code, rw.Body, want)
		}
	}
}

// So is a sleep.
func TestWrongSleep(t *testing.T) {
	for query, want := range map[string]string{
		"":         "value is missing; accepted: a duration or a distribution, as in PUT /sleep?value=100ms\n",
		"?value=x": "value: \"x\" is not accepted\n",
	} {
		rw := httptest.NewRecorder()
		routes(refusing{}, newPage()).ServeHTTP(rw, httptest.NewRequest(http.MethodPut, "/sleep"+query, nil))
		check.Equal(t, query, fmt.Sprint(rw.Code, " ", rw.Body), "400 "+want)
	}
}

// A wrong method is refused with the right one.
func TestWrongMethod(t *testing.T) {
	for path, operations := range read(t).Paths {
		for right := range operations {
			rw := httptest.NewRecorder()
			routes(nil, newPage()).ServeHTTP(rw, httptest.NewRequest(http.MethodDelete, path, nil))
			right = strings.ToUpper(right)
			if rw.Code != http.StatusMethodNotAllowed || rw.Header().Get("Allow") != right || rw.Body.String() != `method "DELETE": accepted for `+path+": "+right+"\n" {
				t.Errorf("DELETE %s: %d %v %q", path, rw.Code, rw.Header(), rw.Body)
			}
		}
	}
}

// refusing are workers that accept no limit and no sleep.
type refusing struct{ Workers }

func (refusing) ReadLimit(text string) (int, error) { return 0, fmt.Errorf("%q is not accepted", text) }

func (refusing) ReadSleep(text string) (distribution.Distribution, error) {
	return distribution.Distribution{}, fmt.Errorf("%q is not accepted", text)
}

// Every operation with parameters answers a wrong one with the 400 of the document.
func TestOpenAPITellsOfEveryRefusal(t *testing.T) {
	for path, operations := range read(t).Paths {
		for method, o := range operations {
			for _, p := range o.Parameters {
				if p.In == "path" {
					continue
				}
				for _, value := range []string{"x", "-1", "1000001", "9e9", ""} {
					rw := httptest.NewRecorder()
					routes(refusing{}, newPage()).ServeHTTP(rw, httptest.NewRequest(strings.ToUpper(method), path+"?"+p.Name+"="+value, nil))
					if _, told := o.Responses["400"]; rw.Code != http.StatusBadRequest || !told || strings.Count(rw.Body.String(), "\n") > 2 {
						t.Errorf("%s %s with %s=%q: %d %q, told: %v", method, path, p.Name, value, rw.Code, rw.Body, told)
					}
				}
			}
		}
	}
}

// Every operation documents, and gives, 400 for a stray parameter, 401 without a token and 403 for a request from
// elsewhere. Only the page itself needs no token.
func TestOpenAPITellsWhoMayCome(t *testing.T) {
	h := Handler(nil, Access{Addr: "127.0.0.1:9090", Token: "hush"})
	for path, operations := range read(t).Paths {
		for method, o := range operations {
			for status, change := range map[int]func(*http.Request){
				http.StatusBadRequest:   func(req *http.Request) { req.URL.RawQuery = "stray=1" },
				http.StatusUnauthorized: func(req *http.Request) { req.Header.Del("Authorization") },
				http.StatusForbidden:    func(req *http.Request) { req.Host = "evil.example" },
			} {
				req := httptest.NewRequest(strings.ToUpper(method), "http://127.0.0.1:9090"+path, nil)
				req.Header.Set("Authorization", "Bearer hush")
				change(req)
				if path == "/" && status == http.StatusUnauthorized {
					continue
				}
				rw := httptest.NewRecorder()
				h.ServeHTTP(rw, req)
				if _, told := o.Responses[strconv.Itoa(status)]; !told || rw.Code != status || strings.Count(rw.Body.String(), "\n") != 1 {
					t.Errorf("%s %s: %d %q, want %d, told: %v", method, path, rw.Code, rw.Body, status, told)
				}
			}
		}
	}
	if s := read(t).Components.SecuritySchemes["token"]; s.Type != "http" || s.Scheme != "bearer" {
		t.Errorf("the scheme is %+v", s)
	}
}
