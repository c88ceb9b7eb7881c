package gunicorn

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
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/listen"
)

// opening is how a master opens its address.
type opening struct {
	starting string // logged before
	saysWhy  bool   // each failure is logged with its reason; otherwise the log says that there will be another attempt
}

// How many attempts there are to open the address, and the pause after a failed one.
const (
	attempts     = 5
	attemptPause = time.Second
)

// socket is gunicorn.sock.create_sockets: it binds and listens, and tries again if that fails. It logs its failures.
func (o opening) socket(ctx context.Context, cfg config.Config, log server.ParentLog) (*os.File, error) {
	log.Info("%s", o.starting)
	tuple := pythonAddr(cfg)
	for range attempts {
		socket, err := server.Bind(ctx, cfg)
		if err == nil {
			err = listen.Listen(int(socket.Fd()), cfg.Backlog)
			if err == nil {
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
		if o.saysWhy {
			log.Error("connection to %s failed: %s", tuple, err)
		} else {
			log.Error("Retrying in 1 second.")
		}
		select {
		case <-time.After(attemptPause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	err := fmt.Errorf("Can't connect to %s", tuple) //nolint:staticcheck // the words of gunicorn's log
	log.Error("%s", err)
	return nil, err
}

// pythonAddr returns the address as Python prints the tuple that gunicorn makes of it.
func pythonAddr(cfg config.Config) string {
	host, port, _ := net.SplitHostPort(cfg.Addr)
	return fmt.Sprintf("('%s', %s)", server.LoggedHost(host), port)
}

// controlSocket returns the default path of gunicorn's control socket. There is none here; the log names it because
// gunicorn's does.
func controlSocket() string {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return filepath.Join(dir, "gunicorn.ctl")
		}
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, ".gunicorn", "gunicorn.ctl")
}
