package pacing

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// before is which part of what a request costs comes before its function: a client asks, one request at a time, and the
// lines of the function tell when it begins and when it is done.
func before(ctx context.Context, r *running) (float64, error) {
	const asked = 200
	c := client{load: load{addr: r.addr}}
	defer c.leave()
	sent, received := map[int]time.Time{}, map[int]time.Time{}
	for c.id = 1000; c.id < 1000+asked && ctx.Err() == nil; c.id++ {
		sent[c.id] = time.Now()
		if _, err := c.ask(); err != nil {
			return 0, err
		}
		received[c.id] = time.Now()
	}
	var first, second []float64
	lines := bufio.NewScanner(io.NewSectionReader(r.log, 0, 1<<40))
	for lines.Scan() {
		at, id, begins, ok := printed(lines.Text())
		switch {
		case !ok || sent[id].IsZero():
		case begins:
			first = append(first, micro(at.Sub(sent[id])))
		default:
			second = append(second, micro(received[id].Sub(at)))
		}
	}
	if len(first) < asked/2 || len(second) < asked/2 {
		return 0, errors.New("its log does not tell when its functions begin and end")
	}
	return median(first) / (median(first) + median(second)), ctx.Err()
}

// printed reads a line of the article's program.
func printed(line string) (at time.Time, id int, begins, ok bool) {
	const form = "2006-01-02 15:04:05.999999"
	date, rest, _ := strings.Cut(line, " - ")
	_, text, found := strings.Cut(rest, "request id[")
	number, _, _ := strings.Cut(text, "]")
	at, err := time.ParseInLocation(form, date, time.Local)
	id, wrong := strconv.Atoi(number)
	return at, id, strings.Contains(rest, "processing"), found && err == nil && wrong == nil
}

// printing is how long Python takes to print a line as the article's program does, in microseconds, by the interpreter
// that a command runs.
func printing(ctx context.Context, command driver.Command) (float64, error) {
	const program = `
import os, sys, threading, time
from datetime import datetime
def say(text):
    print(f"{datetime.now()} - {os.getpid()}-{threading.current_thread().name}: {text}\n", end="", flush=True)
times = []
for _ in range(20):
    began = time.perf_counter()
    for number in range(100):
        say(f"#{number} processing request id[{number}], sleeping...")
    times.append(time.perf_counter() - began)
sys.stderr.write(str(sorted(times)[10] / 100 * 1e6))
`
	var told strings.Builder
	run := exec.CommandContext(ctx, command.Args[0], "-c", program)
	run.Stderr = &told
	if err := run.Run(); err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(told.String()), 64)
}
