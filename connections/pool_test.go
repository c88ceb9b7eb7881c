package connections_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/internal/check"
)

// sleeper is a waiter that notes when it is woken.
type sleeper struct {
	connections.Wait
	name  int
	woken *[]int
}

func (s *sleeper) Woken() { *s.woken = append(*s.woken, s.name) }

func newSleeper(name int, woken *[]int) *sleeper {
	s := &sleeper{name: name, woken: woken}
	s.Waiter = s
	return s
}

func TestAPoolMakesConnectionsUpToItsOverflow(t *testing.T) {
	p := connections.New(&connections.V207, "db", 2, 1, time.Second)
	for i := range 3 {
		check.Equal(t, "taken", p.Take(), true)
		check.Equal(t, "exhausted", p.Exhausted(), i == 2)
	}
	check.Equal(t, "a fourth", p.Take(), false)
	for range 3 {
		p.Put()
	}
	s := p.Statistics(0)
	check.Equal(t, "idle: the one beyond the size is closed", s.Idle, 2)
	check.Equal(t, "in use", s.InUse, 0)
	check.Equal(t, "peak", s.Peak, 3)
}

// The longest waiter is woken, but the first to take the connection has it.
func TestANewcomerOvertakesTheWokenWaiter(t *testing.T) {
	p, woken := connections.New(&connections.V207, "db", 1, 0, time.Second), []int(nil)
	p.Take()
	first, second := newSleeper(1, &woken), newSleeper(2, &woken)
	p.Join(&first.Wait, 0)
	p.Join(&second.Wait, 0)
	p.Put()
	check.Equal(t, "the newcomer's", p.Take(), true)
	check.Equal(t, "the woken waiter's", p.Take(), false)
	p.Join(&first.Wait, 0) // last now
	p.Put()
	p.Take()
	p.Put()
	check.Equal(t, "woken", slices.Equal(woken, []int{1, 2, 1}), true)
}

func TestAWaiterThatLeavesIsNotWoken(t *testing.T) {
	p, woken := connections.New(&connections.V219, "db", 1, 0, time.Second), []int(nil)
	p.Take()
	var all []*sleeper
	for i := range 3 {
		all = append(all, newSleeper(i, &woken))
		p.Join(&all[i].Wait, time.Duration(i)*time.Second)
	}
	p.Leave(&all[1].Wait)
	p.Leave(&all[1].Wait) // changes nothing
	check.Equal(t, "waiting", p.Statistics(5*time.Second).Waiting, 2)
	check.Equal(t, "longest", p.Statistics(5*time.Second).LongestWait, 5*time.Second)
	p.Put()
	p.Wake()
	p.Wake()
	check.Equal(t, "woken", slices.Equal(woken, []int{0, 2}), true)
}

func TestTheErrorOfAWaiterThatGivesUp(t *testing.T) {
	p := connections.New(&connections.V207, "db", 5, 10, 30*time.Second)
	check.Equal(t, "error", p.TimeoutError(), "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, "+
		"connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)")
}

func TestResetKeepsWhatIs(t *testing.T) {
	p := connections.New(&connections.V207, "db", 2, 0, time.Second)
	p.Take()
	p.Take()
	p.Put()
	p.Waited(3*time.Second, true)
	check.Equal(t, "time-outs", p.Statistics(0).Timeouts, 1)
	p.ResetStatistics()
	s := p.Statistics(0)
	check.Equal(t, "statistics", fmt.Sprint(s.InUse, s.Peak, s.Timeouts, s.LongestWait), "1 1 0 0s")
}

// A pool never has more connections than it may, and loses none, whatever is done with it.
func TestConnectionsAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, overflow := rapid.IntRange(1, 4).Draw(t, "size"), rapid.IntRange(0, 3).Draw(t, "overflow")
		p, taken := connections.New(&connections.V207, "db", size, overflow, time.Second), 0
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			switch {
			case rapid.Bool().Draw(t, "take"):
				could := p.Take()
				check.Equal(t, "could", could, taken < size+overflow)
				if could {
					taken++
				}
			case taken > 0:
				p.Put()
				taken--
			}
			s := p.Statistics(0)
			check.Equal(t, "in use", s.InUse, taken)
			check.Equal(t, "within bounds", s.Idle <= size && s.InUse+s.Idle <= size+overflow, true)
		}
	})
}
