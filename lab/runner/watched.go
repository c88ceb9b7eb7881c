package runner

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// Watched is target-server while somebody looks: its admin address is open, a client reads the frames of its live page, and
// its metrics are scraped ten times a second. It should show the same facts as one that is left alone.
//
// A scenario that is about the last file descriptor is played without: the admin address has descriptors of its own.
type Watched struct {
	servers.Subject
	Frames, Scrapes *atomic.Int64 // that all of them have got
}

// NewWatched watches a subject, which must be target-server.
func NewWatched(s servers.Subject) Watched {
	return Watched{s, new(atomic.Int64), new(atomic.Int64)}
}

// String says how much was looked at.
func (w Watched) String() string {
	return fmt.Sprintf("watched: %d frames of the live page, %d scrapes of the metrics", w.Frames.Load(), w.Scrapes.Load())
}

// Command opens the admin address too.
func (w Watched) Command(cfg servers.Config, port int) driver.Command {
	command := w.Subject.Command(cfg, port)
	if cfg.OpenFiles == 0 {
		command.Args = append(command.Args, "--admin-addr", adminAddr(port))
	}
	return command
}

// adminAddr has a port beyond those of servers, at an address of its own: so it is free, and what the lab counts by the port
// served does not include it.
func adminAddr(port int) string {
	return net.JoinHostPort("127.0.0.2", fmt.Sprint(port+lastPort-firstPort+1))
}

// scrapePause is the pause between two scrapes.
const scrapePause = 100 * time.Millisecond

// watch looks until the function that it returns is called.
func (w Watched) watch(ctx context.Context, port int) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() { w.read(ctx, "http://"+adminAddr(port)+"/live") })
	group.Go(func() { w.scrape(ctx, "http://"+adminAddr(port)+"/metrics") })
	return func() {
		cancel()
		group.Wait()
	}
}

// read counts frames until ctx ends. It connects again if the server ends.
func (w Watched) read(ctx context.Context, url string) {
	for ctx.Err() == nil {
		if body, err := get(ctx, url); err == nil {
			for lines := bufio.NewReader(body); err == nil; {
				var line []byte
				line, err = lines.ReadSlice('\n')
				if len(line) > 4 && string(line[:4]) == "id: " {
					w.Frames.Add(1)
				}
				if errors.Is(err, bufio.ErrBufferFull) {
					err = nil
				}
			}
			_ = body.Close()
		}
		pause(ctx)
	}
}

// scrape reads the metrics until ctx ends.
func (w Watched) scrape(ctx context.Context, url string) {
	for ctx.Err() == nil {
		if body, err := get(ctx, url); err == nil {
			if n, _ := io.Copy(io.Discard, body); n > 0 {
				w.Scrapes.Add(1)
			}
			_ = body.Close()
		}
		pause(ctx)
	}
}

func pause(ctx context.Context) {
	select {
	case <-time.After(scrapePause):
	case <-ctx.Done():
	}
}

func get(ctx context.Context, url string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	return answer.Body, nil
}
