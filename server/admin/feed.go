package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/target-server/target-server/accesslog"
)

// The figures of GET /live.
const (
	framePause  = 125 * time.Millisecond // between two frames: eight a second
	heartbeat   = 2 * time.Second        // after so long without a frame a comment is sent
	reconnect   = time.Second            // how long a client that has lost the stream should wait
	feedBacklog = 4                      // frames that a client may be late; it misses the next ones
	mostFeeds   = 16
)

// feed sends frames to the clients of GET /live. It asks the workers only while there are clients, once for all of them,
// and all get the same bytes. A client that reads too slowly misses frames, and one that stops reading is disconnected.
type feed struct {
	look func(ctx context.Context, after map[int]int64) (Frame, error)

	mu      sync.Mutex
	clients map[chan []byte]struct{}
	stop    context.CancelFunc // ends the poller; nil if there is none
	events  int64              // sent so far, for their ids
}

func newFeed(look func(context.Context, map[int]int64) (Frame, error)) *feed {
	return &feed{look: look, clients: map[chan []byte]struct{}{}}
}

// join adds a client and starts the poller for the first. It returns nil if there are too many.
func (f *feed) join() chan []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.clients) >= feeds(Slots(Descriptors())) {
		return nil
	}
	c := make(chan []byte, feedBacklog)
	f.clients[c] = struct{}{}
	if f.stop == nil {
		ctx, stop := context.WithCancel(context.Background())
		f.stop = stop
		go f.poll(ctx)
	}
	return c
}

// feeds is how many clients there may be with this many slots: a quarter, so that other requests find a slot.
func feeds(slots int) int { return min(mostFeeds, max(1, slots/4)) }

// leave removes a client and, after the last, ends the poller.
func (f *feed) leave(c chan []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.clients, c)
	if len(f.clients) == 0 {
		f.stop()
		f.stop = nil
	}
}

// poll sends frames until ctx ends.
func (f *feed) poll(ctx context.Context) {
	after := map[int]int64{}
	ticker := time.NewTicker(framePause)
	defer ticker.Stop()
	for {
		f.send(ctx, f.next(ctx, after))
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// next asks the workers, and returns their frame as the fields of an event.
func (f *feed) next(ctx context.Context, after map[int]int64) []byte {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	frame, err := f.look(ctx, after)
	if err == nil {
		clear(after)
		for _, w := range frame.Workers {
			after[w.Statistics.Worker] = w.Sequence
		}
		var text []byte
		text, err = json.Marshal(frame)
		if err == nil {
			return append(accesslog.AppendPrintable([]byte("data: "), text), "\n\n"...)
		}
	}
	text, _ := json.Marshal(map[string]string{"error": err.Error()})
	return append(accesslog.AppendPrintable([]byte("event: trouble\ndata: "), text), "\n\n"...)
}

// send gives an event to every client that has room for it, unless ctx has ended.
func (f *feed) send(ctx context.Context, event []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	f.events++
	event = append(strconv.AppendInt([]byte("id: "), f.events, 10), append([]byte("\n"), event...)...)
	for c := range f.clients {
		select {
		case c <- event:
		default: // it misses this frame, and sees so by the ids
		}
	}
}

// serve sends events to a client until it leaves, stops reading, or the server ends.
func (f *feed) serve(rw http.ResponseWriter, req *http.Request) {
	events := f.join()
	if events == nil {
		http.Error(rw, fmt.Sprintf("too many clients of /live: there are %d already, which is the limit; close one of them", feeds(Slots(Descriptors()))),
			http.StatusTooManyRequests)
		return
	}
	defer f.leave(events)
	rw.Header().Set("Content-Type", "text/event-stream")
	rw.Header().Set("X-Accel-Buffering", "no") // for a proxy that would collect events before it passes them on
	stream := http.NewResponseController(rw)
	event := fmt.Appendf(nil, "retry: %d\n\n", reconnect.Milliseconds())
	for silent := time.NewTicker(heartbeat); ; silent.Reset(heartbeat) {
		_ = stream.SetWriteDeadline(time.Now().Add(2 * Patience))
		if _, err := rw.Write(event); err != nil || stream.Flush() != nil {
			return
		}
		setActivity(req.Context(), replying) // again, so that a client that reads keeps its slot longer than one that does not
		select {
		case event = <-events:
		case <-silent.C:
			event = []byte(": the workers have not answered yet\n\n")
		case <-req.Context().Done():
			return
		}
	}
}

// frames asks workers for what they do, whose calls that have ended after those are told.
func frames(w Workers) func(ctx context.Context, after map[int]int64) (Frame, error) {
	return func(ctx context.Context, after map[int]int64) (Frame, error) {
		all, err := w.Live(ctx, after)
		now := Millis(float64(time.Now().UnixMicro()) / 1000)
		return Frame{Time: now, Server: w.Server(), Workers: all}, err
	}
}
