package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
)

// ready is what a ready file says.
type ready struct {
	Addresses []string `json:"addresses"` // host:port, as served
	PIDs      []int    `json:"pids"`      // of the workers
	AdminURL  string   `json:"admin_url,omitempty"`
	Seed      uint64   `json:"seed"`
}

// How long to wait before a ready file that could not be written is tried again.
const (
	firstRetry  = 100 * time.Millisecond
	lastRetries = time.Second
)

// written is a file that this server has made.
type written struct {
	info fs.FileInfo // what it is known by: device and inode
	file *os.File    // open, so that no other file can be known by the same; nil on Windows, which never uses a file's number twice
}

// errTaken is why a file is not replaced. Another server with the same ready file has started since.
var errTaken = errors.New("the file there now is not this server's")

// readyFile is the file that tells others that every worker accepts. It is there whole or not at all. Once it is
// written, a failure to write it again is reported, and tried again until it succeeds: the server holds requests by then.
//
// Apart from the leftover of an earlier server, which clear and the first write take away, it replaces and removes no
// file but the one it wrote. Its methods may be called by any goroutine; without a path they do nothing.
type readyFile struct {
	path    string
	cfg     config.Config
	stderr  io.Writer                                                      // takes the reports
	reports sync.Mutex                                                     // held while a report is written
	create  func(path string, text []byte, replace bool) (*written, error) // createReady, except in tests

	mu    sync.Mutex
	ours  *written // the file written last, or nil
	due   []byte   // what is still to be written, or nil
	retry *time.Timer
	pause time.Duration // before the next try; 0 when the last one succeeded
	over  bool          // nothing is written any more
}

// newReadyFile refuses a path that leads to something other than a regular file: to remove it would take a device such
// as /dev/stdout away from everyone.
func newReadyFile(cfg config.Config, stderr io.Writer) (*readyFile, error) {
	f := &readyFile{path: cfg.ReadyFile, cfg: cfg, stderr: stderr, create: createReady}
	if f.path == "" {
		return f, nil
	}
	if info, err := os.Stat(filepath.Dir(f.path)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("ready file (--ready-file) %s: its folder is not there", f.path)
	}
	if info, err := os.Stat(f.path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("ready file (--ready-file) %s: is there and no regular file", f.path)
	}
	return f, nil
}

// clear takes away the file of an earlier server, so that it is not believed. Call it when the address is open: until
// then the file may belong to the server that has the address.
func (f *readyFile) clear() error {
	if f.path == "" {
		return nil
	}
	info, err := os.Lstat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !replaceable(info):
		err = errors.New("is there and no regular file")
	case err == nil:
		err = os.Remove(f.path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.failed(err)
	}
	return nil
}

// replaceable tells whether a file at the path may be one that an earlier server left. A link is replaced, not followed.
func replaceable(info fs.FileInfo) bool {
	return info.Mode().IsRegular() || info.Mode()&fs.ModeSymlink != 0
}

// publish says that the workers with these process ids accept. It fails only the first time; later failures are
// reported and tried again.
func (f *readyFile) publish(port int, adminURL string, pids []int) error {
	if f.path == "" {
		return nil
	}
	host, _, _ := net.SplitHostPort(f.cfg.Addr)
	text, err := json.Marshal(ready{
		Addresses: []string{net.JoinHostPort(ShownHost(host), strconv.Itoa(port))}, PIDs: pids, AdminURL: adminURL, Seed: f.cfg.Seed,
	})
	if err != nil {
		return f.failed(err)
	}
	f.mu.Lock()
	first := f.ours == nil
	f.due = append(text, '\n')
	if first {
		err = f.write()
	}
	f.mu.Unlock()
	if !first {
		f.try()
	}
	return err
}

// try writes what is due. It reports outside the lock: standard error may block, and end must not wait for it.
func (f *readyFile) try() {
	if said := f.attempt(); said != "" {
		f.reports.Lock()
		defer f.reports.Unlock()
		fmt.Fprintf(f.stderr, "target-server: %s\n", said)
	}
}

// attempt writes what is due, or arranges for the next try. What it returns is to be reported: the first failure of
// several, and their end.
func (f *readyFile) attempt() (said string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over {
		return ""
	}
	if f.retry != nil {
		f.retry.Stop()
	}
	err := f.write()
	switch {
	case err != nil:
		if f.pause == 0 {
			said = err.Error() + "; the server goes on and keeps trying to write it"
		}
		f.pause = min(max(firstRetry, 2*f.pause), lastRetries)
		f.retry = time.AfterFunc(f.pause, f.try)
	case f.pause > 0:
		said = fmt.Sprintf("ready file (--ready-file) %s: written again", f.path)
		f.pause = 0
	}
	return said
}

// write puts what is due in place. It needs the lock.
func (f *readyFile) write() error {
	if f.over || f.due == nil {
		return nil
	}
	there, err := os.Lstat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist): // or its folder does not, which create says
	case err != nil:
		return f.failed(err)
	case f.ours == nil && !replaceable(there), f.ours != nil && !os.SameFile(f.ours.info, there):
		return f.failed(errTaken)
	}
	file, err := f.create(f.path, f.due, there != nil)
	if errors.Is(err, fs.ErrExist) && f.ours == nil { // another server started in the same moment: the last one has the name
		file, err = f.create(f.path, f.due, true)
	}
	if err != nil {
		return f.failed(err)
	}
	f.release()
	f.ours, f.due = file, nil
	return nil
}

// end removes the file if it is the one that this server wrote, and has none written from then on.
func (f *readyFile) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	if f.retry != nil {
		f.retry.Stop()
	}
	if f.ours == nil {
		return
	}
	// By name there is no other way than to look first: a server that starts with the same ready file between these two
	// calls loses its file.
	if info, err := os.Lstat(f.path); err == nil && os.SameFile(f.ours.info, info) {
		_ = os.Remove(f.path)
	}
	f.release()
}

// endBefore removes the file before the process dies of a signal that it does not handle, until the function returned is
// called. As anywhere, a signal that was ignored from the start, and any in the first process of a container, has no effect.
func (f *readyFile) endBefore(handled []os.Signal) (stop func()) {
	deadly := slices.DeleteFunc(Fatal(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP), func(sig os.Signal) bool {
		return slices.Contains(handled, sig) || signal.Ignored(sig)
	})
	if f.path == "" || len(deadly) == 0 {
		return func() {}
	}
	signals, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, deadly...)
	go func() {
		select {
		case sig := <-signals:
			f.end()
			number, _ := sig.(syscall.Signal)
			_ = Ended{Signal: number}.Die()
			os.Exit(1) // where there are no signals to die of
		case <-done:
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

// release lets go of the file written last.
func (f *readyFile) release() {
	if f.ours != nil && f.ours.file != nil {
		_ = f.ours.file.Close() // all of it is written
	}
	f.ours = nil
}

func (f *readyFile) failed(err error) error {
	return fmt.Errorf("ready file (--ready-file) %s: %w", f.path, err)
}

// createNamed makes the file under a temporary name beside the path, and moves it there, over whatever is there.
func createNamed(path string, text []byte) (*written, error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	made, err := finish(file, text)
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = file.Close()
		_ = os.Remove(file.Name())
		return nil, err
	}
	return made, nil
}

// finish writes a new file, for everyone to read. It changes the mode of the open file: a name may lead elsewhere by now.
func finish(file *os.File, text []byte) (*written, error) {
	if _, err := file.Write(text); err != nil {
		return nil, err
	}
	if err := file.Chmod(0o644); err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if runtime.GOOS == "windows" { // where an open file cannot be moved
		return &written{info: info}, file.Close()
	}
	return &written{info, file}, nil
}
