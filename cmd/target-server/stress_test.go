//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/admin"
)

var stressSeed = flag.Uint64("stress.seed", 0, "what TestStress draws its clients from; 0 for any")

// stress is a crowd of clients of a real server, and what they saw.
type stress struct {
	*process
	log  string // the file with the rows
	mu   sync.Mutex
	got  map[string]int  // statuses of complete answers, by id
	cut  map[string]bool // clients that stayed and were disconnected
	left map[string]bool // that have left

	phases []phase
	killed int // the pid, or 0
}

// phase is a period in which the limit did not change and no worker exceeded it.
type phase struct {
	limit      int
	from, till time.Time
}

// highest is the highest limit used.
const highest = 6

// edge is left out at both ends of a phase: the wall clocks of the workers differ by a few
// milliseconds.
const edge = 20 * time.Millisecond

// Real clients and real processes: clients connect, send requests and leave at any stage, the limit
// changes, a worker is killed and replaced. At no moment may a request wait while a thread is free, or
// the sums be unbalanced. In the end no request is held, and clients, /stats and rows agree. No check
// depends on how long anything takes.
func TestStress(t *testing.T) {
	for _, c := range []struct {
		args string
		kill bool
	}{
		{"--vintage=2023-03 --workers=3 --respawn", true},
		{"--vintage=current --loop=asyncio --http=h11 --queue=4", false},
	} {
		t.Run(c.args, func(t *testing.T) {
			seed := *stressSeed
			if seed == 0 {
				seed = uint64(time.Now().UnixNano())
			}
			t.Logf("drawn from %d (again: go test ./cmd/target-server -run '^TestStress$' -stress.seed=%d)", seed, seed)
			s := startStress(t, strings.Fields(c.args)...)
			random := rand.New(rand.NewPCG(seed, 0))
			var over atomic.Bool
			var clients sync.WaitGroup
			for n := range 24 {
				own := rand.New(rand.NewPCG(seed, uint64(n+1)))
				clients.Go(func() { s.client(n, own, &over) })
			}
			clients.Go(func() { s.watch(&over) })
			s.changeLimits(random, c.kill)
			over.Store(true)
			clients.Wait()
			s.reconcile()
		})
	}
}

func startStress(t *testing.T, args ...string) *stress {
	t.Helper()
	s := &stress{got: map[string]int{}, cut: map[string]bool{}, left: map[string]bool{}, log: filepath.Join(t.TempDir(), "rows")}
	s.process = command(t, append(args, "--limit=3", "--sleep=8ms", "--log-format=json", "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0")...)
	file, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout = file
	s.launch()
	_ = file.Close()
	return s
}

// changeLimits goes through phases, and kills a worker in between.
func (s *stress) changeLimits(random *rand.Rand, kill bool) {
	s.t.Helper()
	for n := range 7 {
		if kill && n == 3 {
			s.killed = s.pids[0]
			if err := syscall.Kill(s.killed, syscall.SIGKILL); err != nil {
				s.t.Fatal(err)
			}
		}
		p := phase{limit: 1 + random.IntN(highest)}
		s.setLimit(p.limit)
		s.until("all workers have the limit", func() bool {
			all := s.statistics()
			for _, w := range all {
				if w.Error != "" || w.Limit != p.limit || w.Borrowed > p.limit {
					return false
				}
			}
			return len(all) == len(s.pids)
		})
		before := s.answers()
		p.from = time.Now()
		s.until("the crowd is answered under this limit", func() bool {
			return time.Since(p.from) > 4*edge && s.answers() >= before+20
		})
		p.till = time.Now()
		s.phases = append(s.phases, p)
	}
}

func (s *stress) statistics() (all []admin.Statistics) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.stats()), &all); err != nil {
		s.t.Errorf("/stats: %v", err)
	}
	return all
}

// watch checks /stats against the rules that hold at any moment.
func (s *stress) watch(over *atomic.Bool) {
	s.t.Helper()
	for !over.Load() {
		for _, w := range s.statistics() {
			switch {
			case w.Error != "":
			case w.Waiting > 0 && w.Borrowed < w.Limit:
				s.t.Errorf("a thread is free while somebody waits: %+v", w)
			case w.Accepted != w.Held+w.Answered+w.Refused+w.Cancelled+w.Left || w.Held < 0:
				s.t.Errorf("the sums do not balance: %+v", w)
			case w.Peak > highest:
				s.t.Errorf("more in work than the limit ever was: %+v", w)
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// client connects repeatedly.
func (s *stress) client(n int, random *rand.Rand, over *atomic.Bool) {
	s.t.Helper()
	for visit := 0; !over.Load(); visit++ {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			s.t.Errorf("connect: %v", err)
			return
		}
		s.visit(conn.(*net.TCPConn), fmt.Sprintf("%d-%d", n, visit), random)
		_ = conn.Close()
	}
}

// visit is one connection: a client that stays, or leaves at some stage in some way.
func (s *stress) visit(conn *net.TCPConn, id string, random *rand.Rand) {
	stage, wait := random.IntN(12), time.Duration(random.IntN(30))*time.Millisecond
	if random.IntN(2) == 0 {
		_ = conn.SetLinger(0) // leaves by a reset
	}
	request := "GET /?id=" + id + " HTTP/1.1\r\nHost: x\r\n\r\n"
	if stage > 5 {
		s.stay(conn, id, 1+random.IntN(3))
		return
	}
	s.note(s.left, id)
	switch stage {
	case 0: // before anything is sent
	case 1: // in the middle of the head
		_, _ = io.WriteString(conn, request[:1+random.IntN(len(request)-1)])
	case 2: // right after it
		_, _ = io.WriteString(conn, request)
	case 3: // while it waits or runs
		_, _ = io.WriteString(conn, request)
		time.Sleep(wait)
	case 4: // by a half-close
		_, _ = io.WriteString(conn, request)
		time.Sleep(wait)
		_ = conn.CloseWrite()
		s.read(bufio.NewReader(conn), id)
	case 5: // in the middle of the answer
		_, _ = io.WriteString(conn, request)
		_, _ = conn.Read(make([]byte, 1+random.IntN(40)))
	}
}

// stay sends several requests on one connection, and reads every answer.
func (s *stress) stay(conn *net.TCPConn, id string, times int) {
	in := bufio.NewReader(conn)
	for n := range times {
		ask := fmt.Sprint(id, "-", n)
		_, err := fmt.Fprintf(conn, "GET /?id=%s HTTP/1.1\r\nHost: x\r\n\r\n", ask)
		if err != nil || !s.read(in, ask) {
			s.note(s.cut, ask)
			return
		}
	}
}

// read reads one answer.
func (s *stress) read(in *bufio.Reader, id string) bool {
	answer, err := http.ReadResponse(in, nil)
	if err != nil {
		return false
	}
	if _, err = io.Copy(io.Discard, answer.Body); err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got[id] = answer.StatusCode
	return true
}

// answers is the number of answers read so far.
func (s *stress) answers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.got)
}

func (s *stress) note(in map[string]bool, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in[id] = true
}
