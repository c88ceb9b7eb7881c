//go:build unix

package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// Workers serve the program that was read at the start, even if its files are gone when they start.
func TestWorkersServeTheProgram(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	times, path := filepath.Join(folder, "times.txt"), filepath.Join(folder, "shop.yaml")
	for file, text := range map[string]string{
		times: "1ms\n2ms\n",
		path:  "routes:\n  GET /items/{id}: {parameters: {id: int}, def: [{sleep: file(times.txt)}], body: '{\"id\":{id}}'}\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := start(t, "--workers=2", "--respawn", "--program="+path)
	for _, file := range []string{times, path} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	ask := func() string {
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		answer, err := client.Get("http://" + p.addr + "/items/7")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.Status + " " + string(text)
	}
	for range 10 { // the kernel chooses a worker for each
		check.Equal(t, "answer", ask(), `200 OK {"id":7}`)
	}
	for _, pid := range p.pids {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	p.until("two workers were replaced", func() bool {
		return strings.Count(p.stderr.String(), "Application startup complete.") == 4
	})
	for range 10 {
		check.Equal(t, "answer of a later worker", ask(), `200 OK {"id":7}`)
	}
}
