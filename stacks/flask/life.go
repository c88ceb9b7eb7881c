package flask

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
)

// life is flask.Flask.run: the server runs until a signal ends it at once, in the middle of whatever it is doing.
type life struct {
	*server.Worker
	killed syscall.Signal
}

// Announce is flask.cli.show_server_banner. The article's program calls app.run, and any other is served by flask run,
// which does not name an application that it has found by itself.
func (l *life) Announce() {
	if l.Config().Program == nil {
		l.Log(journal.Info, " * Serving Flask app 'flask_app'")
	}
	l.Log(journal.Info, " * Debug mode: off")
}

// Opened is BaseWSGIServer.log_startup.
func (l *life) Opened(port int) {
	host, _, _ := net.SplitHostPort(l.Config().Addr)
	said := []string{boldRed + "WARNING: This is a development server. Do not use it in a production deployment. " +
		"Use a production WSGI server instead." + plain}
	running := func(host string) {
		said = append(said, " * Running on http://"+net.JoinHostPort(host, strconv.Itoa(port)))
	}
	host = server.LoggedHost(host)
	switch host {
	case "0.0.0.0":
		said = append(said, " * Running on all addresses (0.0.0.0)")
		running("127.0.0.1")
		running(interfaceAddress("udp4", "10.253.155.219", "127.0.0.1"))
	case "::":
		said = append(said, " * Running on all addresses (::)")
		running("::1")
		running(interfaceAddress("udp6", "fd31:f903:5ab5:1::1", "::1"))
	default:
		running(host)
	}
	l.Log(journal.UnnamedInfo, strings.Join(said, "\n"))
	l.Log(journal.UnnamedInfo, yellow+"Press CTRL+C to quit"+plain)
}

// interfaceAddress returns the local address from which a host on another network would be reached. Nothing is sent to
// that host (werkzeug.serving.get_interface_ip).
func interfaceAddress(network, to, otherwise string) string {
	conn, err := net.Dial(network, net.JoinHostPort(to, "58162"))
	if err != nil {
		return otherwise
	}
	defer conn.Close()
	addr, err := netip.ParseAddrPort(conn.LocalAddr().String())
	if err != nil {
		return otherwise
	}
	return addr.Addr().String()
}

// NotOpened is what BaseWSGIServer logs about an address that it cannot bind.
func (l *life) NotOpened(err error) {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		l.Log(journal.Error, err.Error())
		return
	}
	l.Log(journal.Error, listen.Strerror(errno))
	if errno == syscall.EADDRINUSE {
		_, port, _ := net.SplitHostPort(l.Config().Addr)
		l.Log(journal.Error, "Port "+port+" is in use by another program. "+
			"Either identify and stop that program, or start the server with a different port.")
	}
}

func (l *life) Begin() {}

// NotAccepted does nothing, as BaseServer._handle_request_noblock.
func (l *life) NotAccepted(error) {}

func (l *life) Signals() []os.Signal {
	return append(server.UnlessPID1(syscall.SIGTERM), syscall.SIGINT)
}

// Handle ends the process: with status 0 on SIGINT, whose KeyboardInterrupt serve_forever catches, and by the signal
// itself on SIGTERM.
func (l *life) Handle(sig os.Signal) {
	if sig == syscall.SIGTERM {
		l.killed = syscall.SIGTERM
	}
	l.Loop().Stop()
}

func (l *life) Ended() server.Ended { return server.Ended{Signal: l.killed} }
