package server

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
)

// checkAdmin refuses an admin address that others than this machine reach, although nothing guards it: config has
// judged those that are no names. What cannot be looked up fails when it is bound.
func checkAdmin(ctx context.Context, cfg config.Config) error {
	host, _, _ := net.SplitHostPort(cfg.AdminAddr) // empty if there is no address, or one that config has judged
	if host == "" || cfg.AdminGuarded() {
		return nil
	}
	if found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host); err == nil && slices.ContainsFunc(found, elsewhere) {
		return cfg.Exposed()
	}
	return nil
}

func elsewhere(ip netip.Addr) bool { return !ip.Unmap().IsLoopback() }

// listenAdmin opens the admin address, if one is asked for.
func listenAdmin(ctx context.Context, cfg config.Config) (net.Listener, error) {
	if cfg.AdminAddr == "" {
		return nil, nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.AdminAddr)
	if err != nil {
		return nil, fmt.Errorf("admin address (--admin-addr) %s: %w", cfg.AdminAddr, err)
	}
	if at, ok := l.Addr().(*net.TCPAddr); !cfg.AdminGuarded() && (!ok || elsewhere(at.AddrPort().Addr())) {
		_ = l.Close()
		return nil, cfg.Exposed()
	}
	return l, nil
}

// serveAdmin answers at an address that listenAdmin has opened, and returns its URL.
func serveAdmin(ctx context.Context, cfg config.Config, l net.Listener, w admin.Workers, failed func(error)) string {
	if l == nil {
		return ""
	}
	access := admin.Access{Addr: cfg.AdminAddr, Hosts: cfg.AdminHosts(), Token: string(cfg.AdminToken)}
	go func() {
		if err := admin.Serve(ctx, l, w, access); err != nil {
			failed(err)
		}
	}()
	return "http://" + l.Addr().String()
}

// leaveRoom keeps the connections of a worker from taking the descriptors that the admin address in the same process
// needs: they have what that may not have. It is to be called when everything else is open.
func (w *Worker) leaveRoom() {
	const passing = 2 // one that is accepted at the admin address before another is closed for it, and a file
	others := openDescriptors() + passing
	w.loop.HasRoom = func(connections int) bool {
		all := admin.Descriptors()
		return connections < max(1, all-others-admin.Slots(all))
	}
}

// openDescriptors is how many the process has open; a guess where the system does not tell.
func openDescriptors() int {
	const usual = 16
	open, err := os.ReadDir("/dev/fd")
	if err != nil {
		return usual
	}
	return len(open) - 1 // the folder itself
}
