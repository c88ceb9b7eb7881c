package pace

import (
	"testing"
	"time"
)

func TestCostBetweenAnchors(t *testing.T) {
	c := Cost{100, 200, 400}
	for n, want := range map[int]Micro{0: 100, 1: 100, 4: 150, 16: 200, 32: 300, 64: 400, 1000: 400} {
		if got := c.At(n); got != want.Duration() {
			t.Errorf("%d in progress: %v, want %v", n, got, want.Duration())
		}
	}
}

// counter is a loop that counts what is spent.
type counter struct{ spent, turn time.Duration }

func (c *counter) Spend(d time.Duration) { c.spent += d }
func (c *counter) Polled() time.Duration { return c.turn }

func TestMeter(t *testing.T) {
	l := &counter{}
	held := 0
	m := NewMeter(l, Costs{Request: Cost{100, 200, 400}, Hop: Cost{10, 10, 10}, LateSleep: 7}, 2, func() int { return held })
	m.SetScale(3)
	m.Request()
	m.HalfHop()
	if want := 6 * 105 * time.Microsecond; l.spent != want {
		t.Errorf("spent %v, want %v", l.spent, want)
	}
	if got := m.Sleep(time.Millisecond); got != time.Millisecond+42*time.Microsecond {
		t.Errorf("a sleep of 1 ms takes %v", got)
	}
	if got := m.Sleep(0); got != 0 {
		t.Errorf("no sleep takes %v", got)
	}
	held, l.spent, l.turn = 63, 0, 1
	m.Request()
	if want := 6 * 400 * time.Microsecond; l.spent != want {
		t.Errorf("one of 64 spent %v, want %v", l.spent, want)
	}
	held, l.spent, l.turn = 0, 0, 2
	m.Request() // the crowd fades
	if l.spent >= 6*400*time.Microsecond || l.spent <= 6*200*time.Microsecond {
		t.Errorf("one after 64 spent %v", l.spent)
	}
}

func TestWithoutMeter(t *testing.T) {
	var m *Meter
	m.Accept()
	m.Request()
	m.Answer()
	m.HalfHop()
	m.Wake()
	m.Timer()
	m.Line()
	if m.Sleep(5) != 5 || m.Await(6) != 6 || m.Scale() != 0 {
		t.Error("a meter that is none changes a sleep")
	}
}

func TestScaleIsBounded(t *testing.T) {
	m := NewMeter(&counter{}, Costs{}, 1, nil)
	for asked, want := range map[float64]float64{0: leastScale, 0.5: 0.5, 1000: mostScale} {
		if m.SetScale(asked); m.Scale() != want {
			t.Errorf("scale %v became %v", asked, m.Scale())
		}
	}
}

// Every file of the table can be read, and has both vintages and no nonsense.
func TestTable(t *testing.T) {
	files, err := measured.ReadDir("measured")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		stack := f.Name()[:len(f.Name())-len(".json")]
		all, err := Of(stack)
		if err != nil {
			t.Fatal(err)
		}
		if len(all) < 2 {
			t.Errorf("%s: %d servers", stack, len(all))
		}
		for key, m := range all {
			for i := range anchors {
				if total := m.Request[i] + m.Hop[i] + m.Answer[i] + 2*m.Line[i]; total < 50 || total > 10_000 {
					t.Errorf("%s at %s: a request costs %v µs", stack, key, total)
				}
			}
			if m.Reference < 20 || m.Reference > 2000 || m.Date == "" {
				t.Errorf("%s at %s: reference %v µs, of %q", stack, key, m.Reference, m.Date)
			}
		}
	}
	if none, err := Of("no such stack"); len(none) > 0 || err != nil {
		t.Errorf("no such stack: %v, %v", none, err)
	}
}

func TestReference(t *testing.T) {
	began := time.Now()
	if got := Reference(); got <= 0 || got > time.Since(began)/runs*2 {
		t.Errorf("the reference takes %v of %v", got, time.Since(began))
	}
}
