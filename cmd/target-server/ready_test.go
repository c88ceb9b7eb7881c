//go:build unix

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A ready file replaces only a regular file: with --ready-file /dev/stdout, as root, the device is
// still there afterwards.
func TestReadyFileSparesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	fifo, link, folder := filepath.Join(dir, "fifo"), filepath.Join(dir, "link"), filepath.Join(dir, "folder")
	for _, err := range []error{syscall.Mkfifo(fifo, 0o600), os.Symlink(fifo, link), os.Mkdir(folder, 0o700)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{fifo, link, folder} {
		for _, workers := range []string{"1", "2"} {
			before, err := os.Lstat(path)
			if err != nil {
				t.Fatal(err)
			}
			p := command(t, "--addr=127.0.0.1:0", "--workers="+workers, "--ready-file="+path)
			if err := p.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(p.kill)
			p.until("it has refused, or taken it away", func() bool {
				now, err := os.Lstat(path)
				return strings.Contains(p.stderr.String(), "not a regular file") || err != nil || now.Mode() != before.Mode()
			})
			if now, err := os.Lstat(path); err != nil || now.Mode() != before.Mode() {
				t.Fatalf("%s, %s workers: taken away", path, workers)
			}
			if got, want := p.end(), "exit status 1"; got != want {
				t.Errorf("%s, %s workers: got %s, want %s", path, workers, got, want)
			}
		}
	}
}

// A second server that cannot bind the address leaves the ready file of the first alone, which keeps
// running; also if its standard input has already ended, so that it may end before it tries.
func TestReadyFileOfTheServerThatHasTheAddress(t *testing.T) {
	for _, workers := range []string{"1", "2"} {
		p := start(t, "--log-format=off", "--workers="+workers)
		for try := range 10 {
			second := command(t, "--addr="+p.addr, "--workers="+workers, "--ready-file="+p.ready)
			if try > 0 {
				second.cmd.Args = append(second.cmd.Args, "--exit-with-parent")
				second.cmd.Stdin = strings.NewReader("") // through a pipe
			}
			if err := second.cmd.Run(); err == nil && try == 0 {
				t.Fatal("the second server has the address, too")
			}
			if _, err := os.Stat(p.ready); err != nil {
				t.Fatalf("%s workers, %d: %v", workers, try, err)
			}
		}
	}
}

// leaves checks that only these files are left in the folder of the ready file.
func (p *process) leaves(allowed ...string) {
	p.t.Helper()
	entries, err := os.ReadDir(filepath.Dir(p.ready))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, entry := range entries {
		if !slices.Contains(allowed, entry.Name()) {
			p.t.Errorf("%s is left", entry.Name())
		}
	}
}

// A server that is told to stop removes its ready file, in whichever way it ends.
func TestReadyFileGoesWithItsServer(t *testing.T) {
	t.Parallel()
	for _, args := range []string{
		"--vintage=2023-03", "--vintage=current", "--vintage=2023-03 --workers=2", "--vintage=current --workers=2",
		"--limit-max-requests=1", "--stack=hypercorn", "--stack=hypercorn --workers=2", "--stack=gunicorn-sync --workers=2", "--stack=flask", "--stack=waitress",
		"--stack=tomcat", "--stack=node",
	} {
		for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
			t.Run(args+" "+sig.String(), func(t *testing.T) {
				p := command(t, append(strings.Fields(args), "--addr=127.0.0.1:0", "--sleep=0s")...)
				p.launch()
				if strings.Contains(args, "max-requests") {
					_, _ = p.get(t.Context(), "/?id=1")
				} else {
					p.signal(sig)
				}
				t.Log(p.end())
				p.leaves()
			})
		}
	}
}

// However a server ends while it writes its ready file, no temporary file is left. It is killed, or its
// standard input ends, at the moment when the temporary file or the ready file appears.
func TestReadyFileLeavesNoTemporaryFile(t *testing.T) {
	for _, workers := range []string{"1", "2"} {
		for _, killed := range []bool{true, false} {
			t.Run(fmt.Sprintf("workers %s, killed %v", workers, killed), func(t *testing.T) {
				for range 10 {
					p := command(t, "--addr=127.0.0.1:0", "--workers="+workers, "--exit-with-parent")
					p.ready = filepath.Join(t.TempDir(), "ready.json")
					p.cmd.Args = append(p.cmd.Args, "--ready-file="+p.ready)
					input, err := p.cmd.StdinPipe()
					if err == nil {
						err = p.cmd.Start()
					}
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(p.kill)
					for end := time.Now().Add(time.Minute); time.Now().Before(end); {
						if entries, err := os.ReadDir(filepath.Dir(p.ready)); err != nil || len(entries) > 0 {
							break
						}
					}
					if killed {
						p.signal(syscall.SIGKILL)
					} else {
						input.Close()
					}
					p.end()
					if killed {
						p.leaves("ready.json")
					} else {
						p.leaves()
					}
				}
			})
		}
	}
}

// A parent that can no longer write its ready file keeps its requests, reports this once, and writes
// the file when it can.
func TestReadyFileWithoutItsFolder(t *testing.T) {
	t.Parallel()
	p := command(t, "--vintage=current", "--workers=2", "--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", "--sleep=1h")
	p.launch()
	held, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := io.WriteString(held, "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	p.until("the request is in work", func() bool { return strings.Contains(p.stdout.String(), "processing") })
	other := p.pids[0] // a worker that does not hold it
	if strings.Contains(p.stdout.String(), fmt.Sprint(other)) {
		other = p.pids[1]
	}
	folder := filepath.Dir(p.ready)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(other, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.until("it reports that it cannot write the file", func() bool { return strings.Contains(p.stderr.String(), "the server goes on") })
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	p.until("the file is written again", func() bool {
		text, err := os.ReadFile(p.ready)
		return err == nil && !strings.Contains(string(text), fmt.Sprint(other)) && strings.Contains(p.stderr.String(), "written again")
	})
	if got, want := strings.Count(p.stderr.String(), "--ready-file"), 2; got != want {
		t.Errorf("%d reports, want %d:\n%s", got, want, p.stderr)
	}
	if !strings.Contains(p.stats(), `"held":1`) {
		t.Errorf("the request is not held any more: %s", p.stats())
	}
}
