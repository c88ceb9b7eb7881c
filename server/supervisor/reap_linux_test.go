package supervisor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

// reaperArgument makes the test binary a process that inherits orphans, with or without a reaper.
const reaperArgument = "reaper"

// reaped is the report of such a process: the exit codes of its workers, and how many zombies are left.
type reaped struct {
	Wanted, Codes []int
	Zombies       int
}

// orphans is the number of orphans, and of workers that end meanwhile.
const orphans = 24

// TestReaper ends orphans and workers at the same time. Without a reaper the orphans stay, which proves that there are
// some.
func TestReaper(t *testing.T) {
	for with, zombies := range map[string]int{"with": 0, "without": 2 * orphans} {
		t.Run(with, func(t *testing.T) {
			t.Parallel()
			program, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(program, reaperArgument, with)
			cmd.Env = append(os.Environ(), promptExit)
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var got reaped
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatalf("%v of %s", err, out)
			}
			if !slices.Equal(got.Codes, got.Wanted) {
				t.Errorf("workers ended with %v, want %v", got.Codes, got.Wanted)
			}
			if got.Zombies != zombies {
				t.Errorf("%d zombies stay, want %d", got.Zombies, zombies)
			}
		})
	}
}

// reaperMain starts workers that end at once, each with its own exit code, and between them shells that each leave an
// orphan and are not waited for.
func reaperMain(reaping bool) int {
	time.AfterFunc(2*time.Minute, func() { os.Exit(99) })
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fail(err)
	}
	ctx := context.Background()
	sock, err := listen.Bind(ctx, "127.0.0.1", 0)
	if err != nil {
		return fail(err)
	}
	var reaper *supervisor.Reaper
	if reaping {
		reaper = supervisor.NewReaper()
		go reaper.Run(ctx)
	}
	var report reaped
	var workers []supervisor.Process
	for code := 1; code <= orphans; code++ {
		if _, err := os.StartProcess("/bin/sh", []string{"sh", "-c", "sleep 0.05 &"}, &os.ProcAttr{}); err != nil {
			return fail(err)
		}
		config, _ := json.Marshal(played{Fail: code})
		w, err := reaper.Track(supervisor.Reexec(sock, config))(supervisor.Place{Serial: code})
		if err != nil {
			return fail(err)
		}
		workers, report.Wanted = append(workers, w), append(report.Wanted, code)
	}
	for _, w := range workers {
		<-w.Exited()
		report.Codes = append(report.Codes, w.ExitCode())
	}
	report.Zombies = zombies(reaping)
	text, _ := json.Marshal(report)
	fmt.Println(string(text))
	return 0
}

// zombies counts the children of this process that are still zombies when all have ended.
func zombies(reaping bool) int {
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		living, dead := children()
		if living == 0 && (dead == 0 || !reaping) || time.Now().After(end) {
			return dead
		}
	}
}

// children counts the children of this process.
func children() (living, dead int) {
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		stat, err := os.ReadFile("/proc/" + entry.Name() + "/stat")
		if err != nil {
			continue
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		switch {
		case fields[1] != strconv.Itoa(os.Getpid()):
		case fields[0] == "Z":
			dead++
		default:
			living++
		}
	}
	return living, dead
}

// TestReaperLetsAWorkerStart checks that no process is reaped while a worker is started that is not yet tracked.
func TestReaperLetsAWorkerStart(t *testing.T) {
	r := supervisor.NewReaper()
	_, err := r.Track(func(supervisor.Place) (supervisor.Process, error) {
		if r.Looks() {
			t.Error("the reaper may look while a worker starts")
		}
		return nil, unix.EAGAIN
	})(supervisor.Place{})
	if !errors.Is(err, unix.EAGAIN) || r.Workers() != 0 {
		t.Errorf("got %v and %d workers, want the failure and none", err, r.Workers())
	}
}
