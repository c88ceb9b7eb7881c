package server

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/config"
)

// readyIn makes a server's ready file in a folder, ready.json, with what it reports.
func readyIn(t *testing.T, folder string) (*readyFile, *bytes.Buffer) {
	t.Helper()
	var said bytes.Buffer
	f, err := newReadyFile(config.Config{Addr: "127.0.0.1:0", ReadyFile: filepath.Join(folder, "ready.json")}, &said)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.remove)
	return f, &said
}

func (f *readyFile) mustPublish(t *testing.T, pids ...int) {
	t.Helper()
	if err := errors.Join(f.publish(1, "", pids), f.says(pids...)); err != nil {
		t.Fatal(err)
	}
}

// says checks the content of the file.
func (f *readyFile) says(pids ...int) error {
	text, err := os.ReadFile(f.path)
	want := strings.ReplaceAll(fmt.Sprintf(`"pids":%v,`, pids), " ", ",")
	if err == nil && !strings.Contains(string(text), want) {
		err = fmt.Errorf("got %s, want %s", text, want)
	}
	return err
}

// holds checks which files a folder has.
func holds(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("got the files %q, want %q", got, want)
	}
}

// Each way to make the file: it is whole, readable for all, replaced, and leaves nothing else, also when it fails.
func TestReadyFileIsMade(t *testing.T) {
	for name, create := range map[string]func(string, []byte, bool) (*createdFile, error){
		"as here": createReady, "named": func(path string, text []byte, _ bool) (*createdFile, error) { return createNamed(path, text) },
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			f, _ := readyIn(t, folder)
			f.create = create
			f.mustPublish(t, 1, 2)
			f.mustPublish(t, 1, 3)
			holds(t, folder, "ready.json")
			if info, err := os.Stat(f.path); err != nil || info.Mode() != 0o644 && runtime.GOOS != "windows" {
				t.Errorf("%v, %v", info, err)
			}
			f.remove()
			holds(t, folder)
			if err := os.Mkdir(f.path, 0o700); err != nil {
				t.Fatal(err)
			}
			if _, err := create(f.path, []byte("text"), true); err == nil {
				t.Error("it replaces a folder")
			}
			holds(t, folder, "ready.json")
		})
	}
}

// Only the server that wrote this very file removes or replaces it.
func TestReadyFileOfAnother(t *testing.T) {
	folder := t.TempDir()
	none, _ := readyIn(t, folder)
	first, said := readyIn(t, folder)
	first.mustPublish(t, 1)
	none.remove() // it never wrote one, because it had no address
	holds(t, folder, "ready.json")
	if err := none.publish(1, "", []int{9}); err != nil || first.says(1) != nil {
		t.Errorf("%v, %v: written after the end", err, first.says(1))
	}

	second, _ := readyIn(t, folder)
	if err := second.removeStale(); err != nil {
		t.Fatal(err)
	}
	second.mustPublish(t, 2)
	if err := first.publish(1, "", []int{3}); err != nil || second.says(2) != nil {
		t.Errorf("%v, %v: replaced by the first server", err, second.says(2))
	}
	if !strings.Contains(said.String(), "is not this server's") {
		t.Errorf("reports %q", said)
	}
	first.remove()
	holds(t, folder, "ready.json")

	text, err := os.ReadFile(second.path) // another file with the same content does not count
	if err == nil {
		err = errors.Join(os.Remove(second.path), os.WriteFile(second.path, text, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	second.remove()
	holds(t, folder, "ready.json")
}

// A server that starts takes over the file, even if another one writes it between its two checks.
func TestReadyFileTheLastStartHasTheName(t *testing.T) {
	folder := t.TempDir()
	first, _ := readyIn(t, folder)
	second, _ := readyIn(t, folder)
	second.create = func(path string, text []byte, replace bool) (*createdFile, error) {
		if first.current == nil {
			first.mustPublish(t, 1)
		}
		return createReady(path, text, replace)
	}
	second.mustPublish(t, 2)
	holds(t, folder, "ready.json")
}

// What is at the path when the file is first written: a leftover is replaced, a link too and not followed; a folder is not.
func TestReadyFileReplaces(t *testing.T) {
	for name, c := range map[string]struct {
		put     func(path, victim string) error
		refused bool
	}{
		"leftover": {func(path, _ string) error { return os.WriteFile(path, []byte("old"), 0o600) }, false},
		"link":     {func(path, victim string) error { return os.Symlink(victim, path) }, false},
		"dangling": {func(path, victim string) error { return os.Symlink(victim+"2", path) }, false},
		"folder":   {func(path, _ string) error { return os.Mkdir(path, 0o700) }, true},
	} {
		for _, cleared := range []bool{true, false} {
			t.Run(fmt.Sprint(name, ", cleared ", cleared), func(t *testing.T) {
				if runtime.GOOS == "windows" && name != "leftover" && name != "folder" {
					t.Skip("links take a privilege on Windows")
				}
				folder, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
				f, _ := readyIn(t, folder)
				if err := errors.Join(os.WriteFile(victim, []byte("precious"), 0o600), c.put(f.path, victim)); err != nil {
					t.Fatal(err)
				}
				var err error
				if cleared {
					err = f.removeStale()
				}
				if err == nil {
					err = f.publish(1, "", []int{1})
				}
				if (err != nil) != c.refused {
					t.Errorf("got %v, refused should be %v", err, c.refused)
				}
				if err := f.says(1); !c.refused && err != nil {
					t.Error(err)
				}
				text, err := os.ReadFile(victim)
				if info, failed := os.Stat(victim); failed != nil || err != nil || string(text) != "precious" || info.Mode() != 0o600 {
					t.Errorf("what the link led to: %q, %v %v", text, err, failed)
				}
			})
		}
	}
}

// The first failure fails the start. Later ones are reported once, retried at the next change and by a
// timer, and reported when they are over.
func TestReadyFileIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "folder")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		f, said := readyIn(t, folder)
		var tries atomic.Int64
		f.create = func(path string, text []byte, replace bool) (*createdFile, error) {
			tries.Add(1)
			return createReady(path, text, replace)
		}
		gone := func() {
			t.Helper()
			if err := os.RemoveAll(folder); err != nil {
				t.Fatal(err)
			}
		}
		gone()
		if err := f.publish(1, "", []int{1}); err == nil || said.Len() > 0 {
			t.Errorf("the first: got %v, said %q", err, said)
		}
		back := func() {
			t.Helper()
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		back()
		f.mustPublish(t, 1)

		gone()
		tries.Store(0)
		for pid := 2; pid < 4; pid++ {
			if err := f.publish(1, "", []int{pid}); err != nil {
				t.Errorf("a later one: got %v", err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := tries.Load(); n < 50 || n > 70 {
			t.Errorf("%d tries in a minute, want about 62", n)
		}
		back()
		time.Sleep(time.Second)
		synctest.Wait()
		if err := f.says(3); err != nil {
			t.Error(err)
		}
		tries.Store(0)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := tries.Load(); n > 0 {
			t.Errorf("%d tries when it was written", n)
		}
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		if len(lines) != 2 || !strings.Contains(lines[0], "the server goes on") || !strings.Contains(lines[1], "written again") {
			t.Errorf("said:\n%s", said)
		}
		gone()
		_ = f.publish(1, "", []int{4})
		f.remove()
		back()
		time.Sleep(time.Minute)
		synctest.Wait()
		holds(t, folder)
	})
}

// The end waits for a write that has begun, so that nothing remains of it.
func TestReadyFileEndsDuringAWrite(t *testing.T) {
	folder := t.TempDir()
	f, _ := readyIn(t, folder)
	f.mustPublish(t, 1)
	begun, goOn := make(chan struct{}), make(chan struct{})
	f.create = func(path string, text []byte, _ bool) (*createdFile, error) {
		close(begun)
		<-goOn
		return createNamed(path, text)
	}
	var both sync.WaitGroup
	both.Go(func() { _ = f.publish(1, "", []int{2}) })
	<-begun
	ended := make(chan struct{})
	both.Go(func() {
		f.remove()
		close(ended)
	})
	select {
	case <-ended:
		t.Error("it ends before the write does")
	case <-time.After(50 * time.Millisecond):
	}
	close(goOn)
	both.Wait()
	holds(t, folder)
}

// If the temporary name has been replaced by a link, the change of mode does not follow it.
func TestReadyFileFollowsNoSwappedLink(t *testing.T) {
	folder, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	file, err := os.CreateTemp(folder, "")
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(os.WriteFile(victim, nil, 0o600), os.Remove(file.Name()), os.Symlink(victim, file.Name()))
	if err != nil {
		t.Skip("no link to try it with: ", err)
	}
	made, err := writeText(file, []byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	defer made.file.Close()
	if info, err := os.Stat(victim); err != nil || info.Mode() != 0o600 || made.info.Mode() != 0o644 {
		t.Errorf("the other file is %v, ours %v; %v", info, made.info, err)
	}
}
