package main

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// The real server's own command line and variables: what they set, what wins over them, and how they end the process.
func TestRealSettings(t *testing.T) {
	const noInt = "Traceback (most recent call last):\nValueError: invalid literal for int() with base 10: 'two'\n"
	const noApp = `target-server: warning: flag --like, "a:b": is ignored: target-server runs no Python code; it serves the article's program, or that of --program` + "\n"
	for _, c := range []struct {
		args      []string
		env, code string
		err       string
	}{
		{[]string{"--like=uvicorn a:b --port x"}, "", "2", "Usage: uvicorn [OPTIONS] APP\nTry 'uvicorn --help' for help.\n\nError: Invalid value for '--port': 'x' is not a valid integer.\n"},
		{[]string{"--like", "gunicorn"}, "", "1", "\nError: No application module specified.\n"},
		{nil, "WEB_CONCURRENCY=two", "1", noInt},
		{[]string{"--stack=gunicorn-sync"}, "WEB_CONCURRENCY=two", "1", noInt},
		{[]string{"--stack=hypercorn"}, "WEB_CONCURRENCY=two", "served hypercorn 1", ""},
		{[]string{"--like=uvicorn a:b --workers 0x2"}, "", "2", "Usage: uvicorn [OPTIONS] APP\nTry 'uvicorn --help' for help.\n\nError: Invalid value for '--workers': '0x2' is not a valid integer.\n"},
		{[]string{"--like=uvicorn a:b --limit-concurrency 0"}, "", "2", `target-server: flag --like, --limit-concurrency: "0" is too small; accepted: a whole number from 1 to 2147483647, or none` + "\n"},
		{[]string{"--like=gunicorn a:b --keep-alive 3", "--bogus"}, "", "2", "target-server: flag --bogus: is unknown; target-server --help lists every flag\n"},
		{nil, "WEB_CONCURRENCY=3", "served uvicorn 3", ""},
		{[]string{"--workers=2"}, "WEB_CONCURRENCY=3", "served uvicorn 2", ""},
		{nil, "TARGET_SERVER_WORKERS=2 WEB_CONCURRENCY=3 UVICORN_WORKERS=4", "served uvicorn 2", ""},
		{[]string{"--like=uvicorn a:b --workers 5", "--workers=2"}, "WEB_CONCURRENCY=3", "served uvicorn 2", noApp},
		{[]string{"--like=gunicorn a:b --workers 5"}, "", "served gunicorn-sync 5", noApp},
		{[]string{"--like=gunicorn a:b --workers 5", "--stack=uvicorn"}, "", "served uvicorn 5", noApp},
		{[]string{"--like=gunicorn a:b -t 7 --keep-alive 3"}, "", "served gunicorn-sync 1", "target-server: warning: flag --like, --keep-alive: is ignored: a sync worker closes every connection after its answer\n" + noApp},
		{[]string{"--like=uvicorn a:b --no-such-thing"}, "", "2", "Usage: uvicorn [OPTIONS] APP\nTry 'uvicorn --help' for help.\n\nError: No such option: --no-such-thing\n"},
	} {
		env := map[string]string{}
		for pair := range strings.FieldsSeq(c.env) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		got := try(t, nil, env, c.args...)
		code := strconv.Itoa(got.code)
		if got.served != nil {
			code = fmt.Sprintf("served %s %d", got.served.Stack, got.served.Workers)
		}
		if code != c.code || got.err != c.err {
			t.Errorf("%v with %s: got %s, stderr:\n%s\nwant %s:\n%s", c.args, c.env, code, got.err, c.code, c.err)
		}
	}
}
