package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

// openShared opens the socket that workers share. A failure has been logged.
func openShared(ctx context.Context, cfg config.Config, policy supervisor.Policy, log parentLog) (*os.File, error) {
	if policy.Arbiter != nil {
		log.Info("%s", policy.Arbiter.Starting)
		return openPatiently(ctx, cfg, policy.Arbiter.Opening, log)
	}
	socket, err := bind(ctx, cfg)
	switch {
	case err != nil && policy.Event != nil: // nobody catches it
		log.say(journal.Unnamed, "%s", []any{journal.Traceback + "OSError: " + err.Error()})
	case err != nil:
		log.Error("%s", err)
	}
	return socket, err
}

// openPatiently is gunicorn.sock.create_sockets: it binds and listens, and tries
// again when it cannot.
func openPatiently(ctx context.Context, cfg config.Config, how supervisor.Opening, log parentLog) (*os.File, error) {
	tuple := pythonAddr(cfg)
	for range how.Attempts {
		socket, err := bind(ctx, cfg)
		if err == nil {
			if err = listen.Listen(int(socket.Fd()), cfg.Backlog); err == nil {
				return socket, nil
			}
			_ = socket.Close()
		}
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			log.Error("Connection in use: %s", tuple)
		case errors.Is(err, syscall.EADDRNOTAVAIL):
			log.Error("Invalid address: %s", tuple)
		}
		if how.SaysWhy {
			log.Error("connection to %s failed: %s", tuple, err)
		} else {
			log.Error("Retrying in 1 second.")
		}
		select {
		case <-time.After(how.Pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	err := fmt.Errorf("Can't connect to %s", tuple) //nolint:staticcheck // the words of gunicorn's log
	log.Error("%s", err)
	return nil, err
}

// pythonAddr is an address as Python shows the tuple that gunicorn makes of it.
func pythonAddr(cfg config.Config) string {
	host, port, _ := net.SplitHostPort(cfg.Addr)
	return fmt.Sprintf("('%s', %s)", shown(host), port)
}

// sayRunning says where the parent serves.
func sayRunning(cfg config.Config, policy supervisor.Policy, port int, log parentLog) {
	if a := policy.Arbiter; a != nil {
		log.Info(a.Listening, shownAddr(cfg, port), os.Getpid())
		log.Info("%s", a.Using)
		return
	}
	if policy.Lines.Running != "" {
		log.Info(policy.Lines.Running, shownAddr(cfg, port))
	}
}

// controlSocket is where gunicorn has its control socket if nobody says
// otherwise. Here is none; the log says so because gunicorn's does.
func controlSocket() string {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return filepath.Join(dir, "gunicorn.ctl")
		}
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".gunicorn", "gunicorn.ctl")
}
