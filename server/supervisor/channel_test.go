package supervisor

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// connected returns the two ends of a control channel in this process, after the configuration has been sent. The
// synctest bubble around it fails if either end leaves a goroutine behind.
func connected(t *testing.T, config string) (*caller, *Child) {
	t.Helper()
	parent, child := unread(t, config)
	go parent.read()
	return parent, child
}

// unread is connected with a parent that does not read yet.
func unread(t *testing.T, config string) (*caller, *Child) {
	t.Helper()
	ours, theirs := net.Pipe()
	parent := newCaller(newChannel(ours))
	first, err := encode(orders{Place: Place{Serial: 7, Number: 3}, Config: json.RawMessage(config)})
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.send(message{Request: configRequest, Params: first}); err != nil {
		t.Fatal(err)
	}
	child, err := newChild(newChannel(theirs), -1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		parent.close()
		child.Close()
	})
	return parent, child
}

func TestAChildGetsItsConfiguration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long := `"` + strings.Repeat("x", 1<<20) + `"`
		_, child := connected(t, long)
		if got := string(child.Config()); got != long {
			t.Errorf("got %d bytes, want the %d sent", len(got), len(long))
		}
		if child.Serial() != 7 || child.Number() != 3 {
			t.Errorf("serial %d, number %d, want 7 and 3", child.Serial(), child.Number())
		}
	})
}

func TestAChildReportsThatItIsReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, child := connected(t, "{}")
		if closed(parent.Ready()) || parent.Info() != nil {
			t.Error("ready too early")
		}
		for range 2 { // the second call changes nothing
			if err := child.Ready(map[string]int{"pid": 5}); err != nil {
				t.Fatal(err)
			}
		}
		<-parent.Ready()
		if got := string(parent.Info()); got != `{"pid":5}` {
			t.Errorf("info %s", got)
		}
	})
}

func TestPingsAreAnsweredWhileTheLoopIsBlocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, child := connected(t, "{}")
		child.Handle(func(string, json.RawMessage) (any, error) {
			time.Sleep(time.Hour)
			return "late", nil
		})
		answer := make(chan string)
		go func() {
			raw, err := parent.Call(t.Context(), "stats", nil)
			answer <- string(raw) + errorText(err)
		}()
		synctest.Wait()
		begin := time.Now()
		raw, err := parent.Call(t.Context(), pingRequest, nil)
		if err != nil || string(raw) != `{"ready":false}` || time.Since(begin) != 0 {
			t.Errorf("ping: %s, %v, after %v", raw, err, time.Since(begin))
		}
		if got := <-answer; got != `"late"` || time.Since(begin) != time.Hour {
			t.Errorf("stats: %s after %v", got, time.Since(begin))
		}
	})
}

// Heartbeats that come faster than the parent reads leave room for answers.
func TestBeatsDoNotCrowdOutAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, child := unread(t, "{}")
		child.Handle(func(string, json.RawMessage) (any, error) { return "here", nil })
		for range 10 * queueSize {
			child.Beat()
		}
		answer := make(chan string)
		go func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			raw, err := parent.Call(ctx, "stats", nil)
			answer <- string(raw) + errorText(err)
		}()
		synctest.Wait()
		go parent.read()
		if got := <-answer; got != `"here"` {
			t.Errorf("stats: %s", got)
		}
		if parent.LastBeat().IsZero() {
			t.Error("no beat was heard")
		}
	})
}

func TestCallsAndTheirAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, child := connected(t, "{}")
		child.Handle(func(request string, params json.RawMessage) (any, error) {
			switch request {
			case "limit":
				return map[string]json.RawMessage{"limit": params}, nil
			case "unspeakable":
				return func() {}, nil
			default:
				return nil, errors.New("no such request")
			}
		})
		raw, err := parent.Call(t.Context(), "limit", 200)
		if err != nil || string(raw) != `{"limit":200}` {
			t.Errorf("limit: %s, %v", raw, err)
		}
		if _, err := parent.Call(t.Context(), "dance", nil); err == nil || !strings.Contains(err.Error(), `"dance": no such request`) {
			t.Errorf("dance: %v", err)
		}
		if _, err := parent.Call(t.Context(), "unspeakable", nil); err == nil {
			t.Error("an answer that is no JSON was not refused")
		}
		if _, err := parent.Call(t.Context(), "limit", func() {}); err == nil {
			t.Error("a parameter that is no JSON was not refused")
		}
	})
}

func TestTooManyRequestsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, _ := connected(t, "{}") // with no handler, requests wait
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		results := make(chan error, waitingRequests)
		for range waitingRequests {
			go func() {
				_, err := parent.Call(ctx, "stats", nil)
				results <- err
			}()
		}
		synctest.Wait()
		if _, err := parent.Call(ctx, "stats", nil); err == nil || !strings.Contains(err.Error(), ErrBusy.Error()) {
			t.Errorf("one too many: %v", err)
		}
		for range waitingRequests {
			if err := <-results; !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("one that waits: %v", err)
			}
		}
	})
}

// fill sends one message more than the queue and its writer can hold, and returns the first error.
func fill(send func() error) error {
	for range queueSize + 2 {
		if err := send(); err != nil {
			return err
		}
	}
	return nil
}

func TestAParentIsNotHeldUpByAChildThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		parent := newCaller(newChannel(ours))
		defer parent.close()
		send := func() error { return parent.send(message{Request: pingRequest}) }
		if err := fill(send); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v, want %v", err, ErrBusy)
		}
	})
}

func TestAChildIsNotHeldUpByAParentThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer ours.Close()
		go ours.Write([]byte(`{"request":"config","params":{"serial":0}}`))
		child, err := newChild(newChannel(theirs), -1)
		if err != nil {
			t.Fatal(err)
		}
		defer child.Close()
		if err := fill(func() error { return child.Ready(nil) }); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v, want %v", err, ErrBusy)
		}
	})
}

func TestAChildLivesOnWithoutItsParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, child := connected(t, `{"a":1}`)
		if _, err := parent.Call(t.Context(), orphanRequest, nil); err != nil {
			t.Fatal(err)
		}
		parent.close()
		synctest.Wait()
		if closed(child.ParentKilled()) {
			t.Error("told to keep serving, and still ParentKilled is closed")
		}
		if err := child.Ready(nil); err != nil {
			t.Errorf("Ready: %v", err)
		}
		if string(child.Config()) != `{"a":1}` {
			t.Errorf("config %s", child.Config())
		}
	})
}

func TestAChildLearnsThatItsParentWasKilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, child := connected(t, "{}")
		synctest.Wait()
		if closed(child.ParentKilled()) {
			t.Error("parentKilled of a parent that lives")
		}
		parent.close()
		synctest.Wait()
		if !closed(child.ParentKilled()) {
			t.Error("not told")
		}
	})
}

func TestACallEndsWithTheWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, _ := connected(t, "{}")
		result := make(chan error)
		go func() {
			_, err := parent.Call(t.Context(), "stats", nil)
			result <- err
		}()
		synctest.Wait()
		parent.close()
		if err := <-result; !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want %v", err, ErrClosed)
		}
		if _, err := parent.Call(t.Context(), "stats", nil); !errors.Is(err, ErrClosed) {
			t.Errorf("afterwards: %v, want %v", err, ErrClosed)
		}
	})
}

func TestAChildRefusesStrangeOrders(t *testing.T) {
	for _, text := range []string{"", "hello", `{"request":"ping"}`, `{"request":"config","params":3}`} {
		ours, theirs := net.Pipe()
		go func() {
			ours.Write([]byte(text))
			ours.Close()
		}()
		link := newChannel(theirs)
		if _, err := newChild(link, -1); err == nil {
			t.Errorf("%q was accepted", text)
		} else if strings.Contains(err.Error(), "%!") {
			t.Errorf("%q gave a broken error: %v", text, err)
		}
		link.close()
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return " " + err.Error()
}
