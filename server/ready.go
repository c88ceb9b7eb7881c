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

// removeReadyFile takes away what an earlier server has left, so that nobody
// believes it.
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
