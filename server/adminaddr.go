package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
)

// checkAdmin refuses an admin address that other machines can reach and nothing guards, or that is part of the address
// served. Of the former only names are left to check: config has checked literal addresses. A name that cannot be
// resolved fails later, when it is bound.
func checkAdmin(ctx context.Context, cfg config.Config) error {
	if overlaps(cfg.Addr, cfg.AdminAddr) {
		return &config.Error{Setting: "admin-addr", Where: "flag --admin-addr", Reason: fmt.Sprintf(
			"%q is part of the address served (--addr %s); accepted: another port, or off", cfg.AdminAddr, cfg.Addr)}
	}
	host, _, _ := net.SplitHostPort(cfg.AdminAddr) // empty without an address, or with one that config has checked
	if host == "" || cfg.AdminGuarded() {
		return nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err == nil && slices.ContainsFunc(found, isReachable) {
		return cfg.Exposed()
	}
	return nil
}

// isReachable reports whether other machines may reach an address.
func isReachable(ip netip.Addr) bool { return !ip.Unmap().IsLoopback() }

// overlaps reports whether two addresses have the same port, and one of them stands for every interface. Only one can
// then be bound.
func overlaps(a, b string) bool {
	host, port, err := net.SplitHostPort(a)
	other, same, badToo := net.SplitHostPort(b)
	all := func(host string) bool {
		ip, err := netip.ParseAddr(host)
		return host == "" || err == nil && ip.IsUnspecified()
	}
	return err == nil && badToo == nil && port == same && strings.Trim(port, "0") != "" && (all(host) || all(other))
}

// listenAdmin opens the admin address, if there is one, until ctx is done. It is called before anything is logged, so
// that a failure is all that the user reads.
func listenAdmin(ctx context.Context, cfg config.Config) (net.Listener, error) {
	if cfg.AdminAddr == "" {
		return nil, nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.AdminAddr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("flag --admin-addr: %q is in use; accepted: a free address, or port 0 to have one chosen", cfg.AdminAddr)
	case err != nil:
		return nil, fmt.Errorf("flag --admin-addr: %q cannot be opened: %w", cfg.AdminAddr, err)
	}
	context.AfterFunc(ctx, func() { _ = l.Close() })
	if at, ok := l.Addr().(*net.TCPAddr); !cfg.AdminGuarded() && (!ok || isReachable(at.AddrPort().Addr())) {
		_ = l.Close()
		return nil, cfg.Exposed()
	}
	return l, nil
}

// serveAdmin serves the admin address that listenAdmin has opened, and returns its URL.
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

// reserveDescriptors keeps a worker's connections from using up the descriptors that the admin server in the same
// process needs. Call it when everything else is open.
func (w *Worker) reserveDescriptors() {
	// One for a connection accepted at the admin address before another is closed to make room, and one for a file.
	const shortLived = 2
	others := openDescriptors() + shortLived
	w.loop.HasRoom = func(connections int) bool {
		all := admin.Descriptors()
		return connections < max(1, all-others-admin.Slots(all))
	}
}

// openDescriptors is how many descriptors the process has open, or a guess where the system does not say.
func openDescriptors() int {
	const usual = 16
	open, err := os.ReadDir("/dev/fd")
	if err != nil {
		return usual
	}
	return len(open) - 1 // without the one for the folder itself
}
