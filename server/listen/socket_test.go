//go:build unix

package listen_test

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/listen"
)

func bound(t *testing.T, host string) (*os.File, netip.AddrPort) {
	t.Helper()
	sock, err := listen.Bind(t.Context(), host, 0)
	if errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EAFNOSUPPORT) {
		t.Skipf("this machine has no %s", host)
	}
	if err != nil {
		t.Fatalf("Bind(%q): %v", host, err)
	}
	t.Cleanup(func() { sock.Close() })
	addr, err := listen.Addr(int(sock.Fd()))
	if err != nil {
		t.Fatalf("Addr: %v", err)
	}
	return sock, addr
}

func dial(addr netip.AddrPort) error {
	conn, err := net.DialTimeout("tcp", addr.String(), 5*time.Second)
	if err == nil {
		conn.Close()
	}
	return err
}

func TestClientsAreRefusedBeforeListen(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1", "localhost"} {
		t.Run(host, func(t *testing.T) {
			sock, addr := bound(t, host)
			if err := dial(addr); !errors.Is(err, syscall.ECONNREFUSED) {
				t.Fatalf("before Listen a client got %v, want refused", err)
			}
			for range 2 { // as two workers would
				if err := listen.Listen(int(sock.Fd()), 16); err != nil {
					t.Fatal(err)
				}
			}
			if err := dial(addr); err != nil {
				t.Fatalf("after Listen a client got %v", err)
			}
		})
	}
}

func TestEmptyHostIsEveryIPv4Address(t *testing.T) {
	_, addr := bound(t, "")
	if want := netip.IPv4Unspecified(); addr.Addr() != want {
		t.Errorf("bound to %v, want %v", addr.Addr(), want)
	}
}

func TestPortInUseHasUvicornsText(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "::1"} {
		t.Run(host, func(t *testing.T) {
			sock, addr := bound(t, host)
			if err := listen.Listen(int(sock.Fd()), 16); err != nil {
				t.Fatal(err)
			}
			_, err := listen.Bind(t.Context(), host, addr.Port())
			failure, ok := errors.AsType[*listen.Error](err)
			if !ok || !errors.Is(err, syscall.EADDRINUSE) {
				t.Fatalf("Bind of a taken port gave %v", err)
			}
			errno, where := int(syscall.EADDRINUSE), fmt.Sprintf("('127.0.0.1', %d)", addr.Port())
			if addr.Addr().Is6() {
				where = fmt.Sprintf("('::1', %d, 0, 0)", addr.Port())
			}
			several := fmt.Sprintf("[Errno %d] Address already in use", errno)
			if got := failure.Error(); got != several {
				t.Errorf("several workers: got %q, want %q", got, several)
			}
			single := fmt.Sprintf("[Errno %d] error while attempting to bind on address %s: address already in use", errno, where)
			if got := failure.Attempt(); got != single {
				t.Errorf("one worker: got %q, want %q", got, single)
			}
		})
	}
}

func TestTextOfOtherFailures(t *testing.T) {
	tests := []struct {
		errno           syscall.Errno
		several, single string
	}{
		{syscall.EADDRNOTAVAIL, "Cannot assign requested address", "cannot assign requested address"},
		{syscall.EACCES, "Permission denied", "permission denied"},
	}
	for _, test := range tests {
		failure := &listen.Error{Addr: netip.MustParseAddrPort("1.2.3.4:80"), Err: test.errno}
		errno := int(test.errno)
		if got, want := failure.Error(), fmt.Sprintf("[Errno %d] %s", errno, test.several); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		want := fmt.Sprintf("[Errno %d] error while attempting to bind on address ('1.2.3.4', 80): %s", errno, test.single)
		if got := failure.Attempt(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	unknown := &listen.Error{Err: &net.DNSError{IsNotFound: true}}
	if got, want := unknown.Attempt(), "[Errno -2] Name or service not known"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	silent := &listen.Error{Err: &net.DNSError{IsTemporary: true}}
	if got, want := silent.Error(), "[Errno -3] Temporary failure in name resolution"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
