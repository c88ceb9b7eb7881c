package attack

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/stacks"
)

// dice is a random source with the few distributions that are needed here.
type dice struct{ *rand.Rand }

// newDice gives the same sequence for the same seed and name.
func newDice(seed uint64, name string) dice {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name)) // never fails
	return dice{rand.New(rand.NewPCG(seed, hash.Sum64()))}
}

// chance is true with a probability in percent.
func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

// between is a random number from a to b, inclusive.
func (d dice) between(a, b int) int { return a + d.IntN(b-a+1) }

// upTo is a random duration from 0 to most.
func (d dice) upTo(most time.Duration) time.Duration {
	return time.Duration(d.Int64N(int64(most) + 1)).Round(time.Millisecond)
}

// one is a random element.
func one[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

// RoundSeed is the seed of a round, counted from 0, of an attack with the given seed. The first round
// has the attack's own seed, so a round can be repeated by an attack with a single round.
func RoundSeed(seed uint64, round int) uint64 {
	const step = 0x9e3779b97f4a7c15 // from the golden ratio: seeds of consecutive rounds are far apart
	return seed + uint64(round)*step
}

// playTime is the time within which the actors of a round start. They may continue after it.
const playTime = 700 * time.Millisecond

// NewRound generates the round of a seed. It fails if the stack does not exist.
func NewRound(seed uint64, stack, vintage string) (Round, error) {
	s, err := stacks.Find(stack, vintage)
	if err != nil {
		return Round{}, fmt.Errorf("make a round: %w", err)
	}
	d := newDice(seed, stack+" "+vintage)
	r := Round{Seed: seed, Stack: stack, Vintage: vintage, Race: d.chance(75), PipedLog: d.chance(25)}
	r.Flags = drawFlags(d, s)
	r.Stop = one(d, "TERM", "TERM", "TERM", "INT")
	clients := one(d, 4, 12, 30, 60, 120)
	if !r.Race {
		clients *= 2
	}
	c := talker{dice: d, http2: strings.HasPrefix(stack, "hypercorn"), serial: serial(s, r)}
	for i := range clients {
		r.Actors = append(r.Actors, c.client(i))
	}
	r.Actors = append(r.Actors, operators(d, r, s)...)
	return r, nil
}

// serial reports whether a worker runs one request at a time, so that sleeps add up.
func serial(s *server.Stack, r Round) bool {
	return r.flag("mode") == "async-misuse" || r.flag("limit") == "1" || s.Defaults.Values.Stack == "gunicorn-sync" || s.Defaults.Values.Stack == "flask-single"
}

// drawFlags draws settings that the stack accepts.
func drawFlags(d dice, s *server.Stack) []string {
	v := s.Defaults.Values
	flags := []string{"--stack=" + v.Stack, "--vintage=" + v.Vintage, "--seed=" + strconv.Itoa(d.between(1, 1000))}
	for _, draw := range []struct {
		percent int
		name    string
		values  []string
	}{
		{60, "mode", []string{"threadpool", "async-misuse", "cooperative"}},
		{80, "limit", []string{"1", "2", "4", "16"}},
		{30, "queue", []string{"0", "1", "8"}},
		{40, "workers", []string{"1", "2", "3"}},
		{25, "respawn", []string{"true"}},
		{15, "limit-concurrency", []string{"3", "20"}},
		{8, "limit-max-requests", []string{"1", "20", "100"}},
		{30, "loop", []string{"asyncio", "uvloop"}},
		{30, "http", []string{"h11", "httptools"}},
		{30, "keep-alive", []string{"0s", "50ms", "1s"}},
		{100, "graceful-timeout", []string{"0s", "500ms", "1s", "2s"}},
		{20, "backlog", []string{"1", "5", "100"}},
		{100, "sleep", []string{"0s", "1ms", "5ms", "20ms"}},
		{100, "log-format", []string{"json", "json", "native", "console", "off"}},
		{20, "access-log-format", []string{`%(h)s "%(r)s" %(s)s %(D)s %({x}i)s`, "json"}},
		{30, "history", []string{"0", "3", "100"}},
	} {
		// The random numbers used are the same whatever the stack accepts.
		drawn, flag := d.chance(draw.percent), "--"+draw.name+"="+one(d, draw.values...)
		if drawn && accepted(append(slices.Clone(flags), flag)) {
			flags = append(flags, flag)
		}
	}
	return flags
}

// accepted reports whether target-server accepts these flags.
func accepted(flags []string) bool {
	_, err := config.Load(config.Sources{
		Args: flags, Now: func() time.Time { return time.Time{} }, Stacks: stacks.Defaults(),
		LookupEnv: func(string) (string, bool) { return "", false },
	})
	return err == nil
}
