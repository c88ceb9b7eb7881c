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

// readiness is the content of a ready file.
type readiness struct {
	Addresses []string `json:"addresses"` // host:port, as served
	PIDs      []int    `json:"pids"`      // of the workers
	AdminURL  string   `json:"admin_url,omitempty"`
	Seed      uint64   `json:"seed"`
}

// A ready file that could not be written is tried again after minBackoff, then after twice as long each time, up to
// maxBackoff.
const (
	minBackoff = 100 * time.Millisecond
	maxBackoff = time.Second
)

// createdFile is a file that this server has created.
type createdFile struct {
	info fs.FileInfo // identifies it, by device and inode
	// file stays open, so that the system cannot give the same inode to another file. It is nil on Windows, which never
	// uses a file's number twice.
	file *os.File
}

// errReplaced is why the file at the path is left alone: another server has since started with the same ready file.
var errReplaced = errors.New("the file there now is not this server's")

// readyFile tells other processes that every worker accepts connections. It is either there in full or not there at
// all. Once it has been written, a failure to write it again is only reported, and retried until it succeeds: by then
// the server holds requests.
//
// It replaces and removes no file except the one it wrote, and one that an earlier server left: that one is removed by
// removeStale, or replaced by the first write. Any goroutine may call its methods. Without a path they do nothing.
type readyFile struct {
	path      string
	cfg       config.Config
	stderr    io.Writer                                                          // for reports
	reporting sync.Mutex                                                         // held while a report is written
	create    func(path string, text []byte, replace bool) (*createdFile, error) // createReady, except in tests

	mu      sync.Mutex
	current *createdFile // written last, or nil
	unsaved []byte       // still to be written, or nil
	retry   *time.Timer
	backoff time.Duration // before the next retry; 0 when the last write succeeded
	closed  bool          // nothing is written any more
}

// newReadyFile refuses a path that leads to something other than a regular file: removing a device such as /dev/stdout
// would take it away from everyone.
func newReadyFile(cfg config.Config, stderr io.Writer) (*readyFile, error) {
	f := &readyFile{path: cfg.ReadyFile, cfg: cfg, stderr: stderr, create: createReady}
	if f.path == "" {
		return f, nil
	}
	if info, err := os.Stat(filepath.Dir(f.path)); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("--ready-file %s: its folder does not exist; create it before the server starts", f.path)
	}
	if info, err := os.Stat(f.path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("--ready-file %s: exists and is not a regular file; choose another path", f.path)
	}
	return f, nil
}

// removeStale removes the file that an earlier server left, so that no one believes it. Call it once the address is
// open: until then the file may belong to the server that has the address.
func (f *readyFile) removeStale() error {
	if f.path == "" {
		return nil
	}
	info, err := os.Lstat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && !isReplaceable(info):
		err = errors.New("exists and is not a regular file; choose another path")
	case err == nil:
		err = os.Remove(f.path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.wrap(err)
	}
	return nil
}

// isReplaceable reports whether an earlier server may have left this file. A link is replaced, not followed.
func isReplaceable(info fs.FileInfo) bool {
	return info.Mode().IsRegular() || info.Mode()&fs.ModeSymlink != 0
}

// publish writes that the workers with these process ids accept connections. It returns an error only the first time;
// later failures are reported and retried.
func (f *readyFile) publish(port int, adminURL string, pids []int) error {
	if f.path == "" {
		return nil
	}
	host, _, _ := net.SplitHostPort(f.cfg.Addr)
	text, err := json.Marshal(readiness{
		Addresses: []string{net.JoinHostPort(LoggedHost(host), strconv.Itoa(port))},
		PIDs:      pids, AdminURL: adminURL, Seed: f.cfg.Seed,
	})
	if err != nil {
		return f.wrap(err)
	}
	f.mu.Lock()
	first := f.current == nil
	f.unsaved = append(text, '\n')
	if first {
		err = f.write()
	}
	f.mu.Unlock()
	if !first {
		f.save()
	}
	return err
}

// save writes what is unsaved, and reports a failure. It reports without the lock: standard error may block, and remove
// must not wait for it.
func (f *readyFile) save() {
	if message := f.writeOrRetry(); message != "" {
		f.reporting.Lock()
		defer f.reporting.Unlock()
		fmt.Fprintf(f.stderr, "target-server: %s\n", message)
	}
}

// writeOrRetry writes what is unsaved, or schedules a retry. It returns what is to be reported: the first of several
// failures, and the success after them.
func (f *readyFile) writeOrRetry() (message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return ""
	}
	if f.retry != nil {
		f.retry.Stop()
	}
	err := f.write()
	switch {
	case err != nil:
		if f.backoff == 0 {
			message = err.Error() + "; the server goes on and keeps trying to write it"
		}
		f.backoff = min(max(minBackoff, 2*f.backoff), maxBackoff)
		f.retry = time.AfterFunc(f.backoff, f.save)
	case f.backoff > 0:
		message = fmt.Sprintf("--ready-file %s: written again", f.path)
		f.backoff = 0
	}
	return message
}

// write creates the file with what is unsaved. The caller holds the lock.
func (f *readyFile) write() error {
	if f.closed || f.unsaved == nil {
		return nil
	}
	existing, err := os.Lstat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist): // if the folder is missing too, create reports it
	case err != nil:
		return f.wrap(err)
	case f.current == nil && !isReplaceable(existing), f.current != nil && !os.SameFile(f.current.info, existing):
		return f.wrap(errReplaced)
	}
	file, err := f.create(f.path, f.unsaved, existing != nil)
	if errors.Is(err, fs.ErrExist) && f.current == nil { // another server started at the same moment: the last one wins
		file, err = f.create(f.path, f.unsaved, true)
	}
	if err != nil {
		return f.wrap(err)
	}
	f.forget()
	f.current, f.unsaved = file, nil
	return nil
}

// remove removes the file if it is still the one that this server wrote. Nothing is written afterwards.
func (f *readyFile) remove() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if f.retry != nil {
		f.retry.Stop()
	}
	if f.current == nil {
		return
	}
	// A file can only be removed by name, so all we can do is look first. A server that starts with the same ready file
	// between these two calls loses its file.
	if info, err := os.Lstat(f.path); err == nil && os.SameFile(f.current.info, info) {
		_ = os.Remove(f.path)
	}
	f.forget()
}

// removeOnSignal removes the file before the process dies of a signal that it does not handle, until the function
// returned is called. As always, a signal that was ignored from the start has no effect, nor has any in the first
// process of a container.
func (f *readyFile) removeOnSignal(handled []os.Signal) (stop func()) {
	deadly := slices.DeleteFunc(UnlessPID1(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP), func(sig os.Signal) bool {
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
			f.remove()
			number, _ := sig.(syscall.Signal)
			_ = Ended{Signal: number}.Die()
			os.Exit(1) // on systems where no process dies of a signal
		case <-done:
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

// forget lets go of the file written last.
func (f *readyFile) forget() {
	if f.current != nil && f.current.file != nil {
		_ = f.current.file.Close() // nothing is left to be written
	}
	f.current = nil
}

func (f *readyFile) wrap(err error) error {
	return fmt.Errorf("--ready-file %s: %w", f.path, err)
}

// createNamed creates the file under a temporary name beside the path, and renames it to the path, over whatever is
// there.
func createNamed(path string, text []byte) (*createdFile, error) {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	created, err := writeText(file, text)
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = file.Close()
		_ = os.Remove(file.Name())
		return nil, err
	}
	return created, nil
}

// writeText writes a new file and makes it readable for everyone. It changes the mode of the open file, because its
// name may lead to another one by now.
func writeText(file *os.File, text []byte) (*createdFile, error) {
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
	if runtime.GOOS == "windows" { // an open file cannot be renamed there
		return &createdFile{info: info}, file.Close()
	}
	return &createdFile{info, file}, nil
}
