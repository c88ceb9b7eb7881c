package like_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/like"
)

// asked is a question to Read at a vintage.
func asked(line, vintage string, env ...string) config.Foreign {
	ask := config.Foreign{Line: line, Where: "--like", Vintage: vintage, Addr: ":8080"}
	ask.LookupEnv = func(name string) (string, bool) {
		for _, pair := range env {
			if key, value, _ := strings.Cut(pair, "="); key == name {
				return value, true
			}
		}
		return "", false
	}
	return ask
}

// settings are what Read found, and in brackets what it ignores.
func settings(t *testing.T, ask config.Foreign) string {
	t.Helper()
	found, err := like.Read(ask)
	if err != nil {
		return "ERROR " + err.Error()
	}
	var words []string
	for _, v := range found.Values {
		if v.Implied {
			v.Setting += "?"
		}
		words = append(words, fmt.Sprintf("%s=%s", v.Setting, v.Value))
	}
	for _, e := range found.Ignored {
		words = append(words, "["+strings.TrimPrefix(e.Where, "--like, ")+"]")
	}
	return strings.Join(words, " ")
}

func TestWhatALineSets(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"uvicorn app:app --workers 2 --limit-concurrency 100", "stack=uvicorn workers=2 addr=127.0.0.1:8000 limit-concurrency=100 [\"app:app\"]"},
		{"/venv/bin/uvicorn --host=0.0.0.0 --port 80 app:app --reload", "stack=uvicorn addr=0.0.0.0:80 [\"app:app\"] [--reload]"},
		{"uvicorn app:app --reload --workers 4", "stack=uvicorn addr=127.0.0.1:8000 [\"app:app\"] [--workers] [--reload]"},
		{"uvicorn app:app --workers 0", "stack=uvicorn workers=1 addr=127.0.0.1:8000 [\"app:app\"]"},
		{"python3.11 -m uvicorn app:app --no-access-log --access-log --port ' 9_0 '", "stack=uvicorn addr=127.0.0.1:90 access-log=on [\"app:app\"]"},
		{"uvicorn app:app --header a:b --header 'c: d, e'", "stack=uvicorn addr=127.0.0.1:8000 header=a:b\nc: d, e [\"app:app\"]"},
		{"uvicorn app:app --uds /run/x --host ::1", "stack=uvicorn uds=/run/x [\"app:app\"]"},
		{"uvicorn app:app --host ::1 --ssl-keyfile k", "stack=uvicorn addr=[::1]:8000 [\"app:app\"] [--ssl-keyfile]"},
		{"WEB_CONCURRENCY=3 uvicorn app:app", "stack=uvicorn workers=3 addr=127.0.0.1:8000 [\"app:app\"]"},
		{"gunicorn app:app", "stack=gunicorn-sync access-log?=off addr=127.0.0.1:8000 [\"app:app\"]"},
		{"gunicorn -w4 -t0 --access-logfile - app:app extra", "stack=gunicorn-sync addr=127.0.0.1:8000 workers=4 timeout=none [\"app:app\"]"},
		{"gunicorn app:app --thr 8 --max-requests 0 --max-requests-j 5", "stack=gunicorn-gthread access-log?=off addr=127.0.0.1:8000 limit=8 limit-max-requests=none max-requests-jitter=5 [\"app:app\"]"},
		{"gunicorn app:app -k gthread -b :80 -b [::1]:81", "stack=gunicorn-gthread access-log?=off addr=:80 [\"app:app\"] [-b]"},
		{"gunicorn -k uvicorn.workers.UvicornWorker -b unix:/run/x app:app -D", "stack=gunicorn-uvicorn access-log?=off uds=/run/x [\"app:app\"] [-D]"},
		{"gunicorn -k gevent app:app", "ERROR --like, -k: \"gevent\" is a worker class that is not imitated; accepted: sync, gthread, uvicorn.workers.UvicornWorker"},
		{"gunicorn --check-config app:app", "ERROR --like, --check-config: --check-config makes the real program print something and end; accepted: a command line that serves"},
		{"hypercorn app:app -k uvloop -w 2 --keep-alive 7 -b localhost", "stack=hypercorn-uvloop addr=localhost:8000 access-log?=off workers=2 keep-alive=7 [\"app:app\"]"},
		{"hypercorn app:app -b 0.0.0.0:80 --access-log - --read-timeout 3", "stack=hypercorn addr=0.0.0.0:80 [\"app:app\"] [--read-timeout]"},
		{"waitress-serve --threads=8 --listen=*:80 --listen=[::1]:81 --no-ipv6 app:app", "stack=waitress addr=:80 limit=8 [\"app:app\"] [--listen] [--no-ipv6]"},
		{"waitress-serve --channel-timeout 9 app:app", "stack=waitress addr=0.0.0.0:8080 keep-alive=9 [\"app:app\"]"},
		{"flask run", `ERROR --like: "flask" is no program that is imitated; accepted: a command line of uvicorn, gunicorn, hypercorn or waitress-serve`},
		{"", `ERROR --like: "" is no program that is imitated; accepted: a command line of uvicorn, gunicorn, hypercorn or waitress-serve`},
		{"uvicorn app:app --port $PORT", "ERROR --like: contains $, and nothing is expanded; write the value itself"},
		{"uvicorn app:app && echo", "ERROR --like: contains &, and is more than one command; give one alone"},
	} {
		if got := settings(t, asked(c.line, config.Vintage202303)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.line, got, c.want)
		}
	}
}

// The environment comes before the command line, and has variables that only some programs read.
func TestWhatTheEnvironmentSets(t *testing.T) {
	for _, c := range []struct{ stack, line, env, want string }{
		{"uvicorn", "", "WEB_CONCURRENCY=2", "workers=2"},
		{"uvicorn", "", "UVICORN_WORKERS=4 WEB_CONCURRENCY=x", "workers=4"},
		{"uvicorn", "", "UVICORN_PORT=80", "addr=:80"},
		{"uvicorn", "", "UVICORN_HOST=1.2.3.4 UVICORN_LIMIT_CONCURRENCY=7 UVICORN_RELOAD=yes", "addr=1.2.3.4:8080 limit-concurrency=7 [environment variable UVICORN_RELOAD]"},
		{"uvicorn", "", "FORWARDED_ALLOW_IPS=", "forwarded-allow-ips="},
		{"uvicorn", "", "UVICORN_HEADERS=a:b UVICORN_BACKLOG= PORT=1 GUNICORN_CMD_ARGS=-w3", "header=a:b"},
		{"", "uvicorn app:app --workers 2 --port 1", "WEB_CONCURRENCY=3 UVICORN_PORT=2", "stack=uvicorn workers=2 addr=127.0.0.1:1 [\"app:app\"]"},
		{"gunicorn-sync", "", "WEB_CONCURRENCY=2 PORT=80 UVICORN_PORT=9", "workers=2 addr=0.0.0.0:80"},
		{"gunicorn-sync", "", "GUNICORN_CMD_ARGS=--bind=[::]:9\t--reload\t-kgthread", "addr=[::]:9 [environment variable GUNICORN_CMD_ARGS, -k] [environment variable GUNICORN_CMD_ARGS, --reload]"},
		{"gunicorn-gthread", "", "FORWARDED_ALLOW_IPS=*", "forwarded-allow-ips=*"},
		{"", "gunicorn app:app -b :1 -w 1", "WEB_CONCURRENCY=2 PORT=80 GUNICORN_CMD_ARGS=-b:2", "stack=gunicorn-sync access-log?=off addr=:1 workers=1 [\"app:app\"]"},
		{"hypercorn", "", "WEB_CONCURRENCY=2 PORT=80 FORWARDED_ALLOW_IPS=*", ""},
		{"waitress", "", "WEB_CONCURRENCY=x PORT=y", ""},
		{"node", "", "WEB_CONCURRENCY=x PORT=y", ""},
	} {
		ask := asked(c.line, config.VintageCurrent, strings.Split(c.env, " ")...)
		ask.Stack = c.stack
		if c.line == "" {
			ask.Where = ""
		}
		if got := settings(t, ask); got != c.want {
			t.Errorf("%s with %s:\n got %s\nwant %s", c.stack+c.line, c.env, got, c.want)
		}
	}
}

// Any text is answered by settings or an error.
func FuzzRead(f *testing.F) {
	for _, line := range []string{"uvicorn app:app --workers 2", "gunicorn -DRx=1 '' --", "hypercorn --b= -", "waitress-serve --l x", "python -m"} {
		f.Add(line, "--x=1 -y", "1")
	}
	f.Fuzz(func(_ *testing.T, line, args, number string) {
		for _, vintage := range []string{config.Vintage202303, config.VintageCurrent, "none"} {
			ask := asked(line, vintage, "GUNICORN_CMD_ARGS="+args, "WEB_CONCURRENCY="+number, "UVICORN_PORT="+number, "PORT="+number, "FORWARDED_ALLOW_IPS="+args)
			_, _ = like.Read(ask)
			for _, stack := range []string{"uvicorn", "gunicorn-sync"} {
				ask.Where, ask.Stack = "", stack
				_, _ = like.Read(ask)
			}
		}
	})
}
