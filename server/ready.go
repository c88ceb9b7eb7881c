package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/target-server/target-server/config"
)

// ready is what a ready file says.
type ready struct {
	Addresses []string `json:"addresses"` // host:port, as served
	PIDs      []int    `json:"pids"`      // of the workers
	AdminURL  string   `json:"admin_url,omitempty"`
	Seed      uint64   `json:"seed"`
}

// checkReadyFile refuses a path that leads to what is no file. To remove it would
// take a device such as /dev/stdout or /dev/null away from everybody.
func checkReadyFile(cfg config.Config) error {
	if cfg.ReadyFile == "" {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(cfg.ReadyFile)); err != nil || !info.IsDir() {
		return fmt.Errorf("ready file (--ready-file) %s: its folder is not there", cfg.ReadyFile)
	}
	if info, err := os.Stat(cfg.ReadyFile); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("ready file (--ready-file) %s: is there and no regular file", cfg.ReadyFile)
	}
	return nil
}

// removeReadyFile takes away what an earlier server has left, so that nobody
// believes it. The address must be ours by then: the file may be that of a server
// which has it.
func removeReadyFile(cfg config.Config) error {
	if cfg.ReadyFile == "" {
		return nil
	}
	if err := os.Remove(cfg.ReadyFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("ready file (--ready-file) %s: %w", cfg.ReadyFile, err)
	}
	return nil
}

// writeReadyFile tells whoever waits that every worker accepts: the file is
// there whole or not at all.
func writeReadyFile(cfg config.Config, port int, adminURL string, pids []int) error {
	if cfg.ReadyFile == "" {
		return nil
	}
	host, _, _ := net.SplitHostPort(cfg.Addr)
	r := ready{Addresses: []string{net.JoinHostPort(shown(host), strconv.Itoa(port))}, PIDs: pids, AdminURL: adminURL, Seed: cfg.Seed}
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("ready file (--ready-file) %s: %w", cfg.ReadyFile, err)
	}
	temporary, err := os.CreateTemp(filepath.Dir(cfg.ReadyFile), ".ready-*")
	if err != nil {
		return fmt.Errorf("ready file (--ready-file) %s: %w", cfg.ReadyFile, err)
	}
	_, err = temporary.Write(append(text, '\n'))
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(temporary.Name(), 0o644) // for others to read
	}
	if err == nil {
		err = os.Rename(temporary.Name(), cfg.ReadyFile)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
		return fmt.Errorf("ready file (--ready-file) %s: %w", cfg.ReadyFile, err)
	}
	return nil
}
