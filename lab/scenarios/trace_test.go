package scenarios

import (
	"slices"
	"strings"
	"testing"
)

func TestWithoutTraces(t *testing.T) {
	const log = `INFO:     Shutting down
ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "a.py", line 1, in f
    g()
anyio.WouldBlock

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "b.py", line 2, in g
asyncio.exceptions.CancelledError
ERROR:    Traceback (most recent call last):
  File "c.py", line 3
KeyboardInterrupt

INFO:     Finished`
	kept, errors := withoutTraces(strings.Split(log, "\n"))
	want := []string{"INFO:     Shutting down", "ERROR:    Exception in ASGI application", "ERROR:    Traceback (most recent call last):", "INFO:     Finished"}
	if !slices.Equal(kept, want) {
		t.Errorf("kept %q, want %q", kept, want)
	}
	want = []string{"anyio.WouldBlock", "asyncio.exceptions.CancelledError", "KeyboardInterrupt"}
	if !slices.Equal(errors, want) {
		t.Errorf("errors %q, want %q", errors, want)
	}
}
