package tomcat

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
)

// life is a program that starts an embedded Tomcat (org.apache.catalina.startup.Tomcat). It handles no signal: the Java
// machine ends at once, whatever it is doing, with a status that names the signal.
type life struct {
	*server.Worker
	endpoint *Endpoint
	status   int
	accepts  eventloop.Timer // of the line about a failure to accept
}

// Announce is what AbstractProtocol.init logs.
func (l *life) Announce() {
	_, port, _ := net.SplitHostPort(l.Config().Addr)
	l.Info("org.apache.coyote.AbstractProtocol init: Initializing ProtocolHandler [%q]", l.handler(port))
}

// handler returns the connector's name.
func (l *life) handler(port string) string {
	host, _, _ := net.SplitHostPort(l.Config().Addr)
	return "http-nio-" + strings.TrimPrefix(host+"-"+port, "-")
}

// Opened is what service, engine and AbstractProtocol.start log.
func (l *life) Opened(port int) {
	l.Info("org.apache.catalina.core.StandardService startInternal: Starting service [Tomcat]")
	l.Info("org.apache.catalina.core.StandardEngine startInternal: Starting Servlet engine: [%s]",
		l.endpoint.connector.Server)
	l.Info("org.apache.coyote.AbstractProtocol start: Starting ProtocolHandler [%q]", l.handler(strconv.Itoa(port)))
}

// NotOpened is the exception that ends the program, without its frames.
func (l *life) NotOpened(err error) {
	reason := err.Error()
	var errno syscall.Errno
	if errors.As(err, &errno) {
		reason = listen.Strerror(errno)
	}
	l.Log(journal.Unnamed, "Exception in thread \"main\" org.apache.catalina.LifecycleException: "+
		"Protocol handler initialization failed\nCaused by: java.net.BindException: "+reason)
}

// exitPatience is how long the ending JVM waits for threads that are in the kernel, as those that accept and
// poll are (VM_Exit::wait_for_threads_in_native_to_block).
const exitPatience = 300 * time.Millisecond

func (l *life) Begin() {}

// The delays of Acceptor.handleExceptionWithDelay.
const (
	firstDelay   = 50 * time.Millisecond
	longestDelay = 1600 * time.Millisecond
)

// NotAccepted is what Acceptor.run does about an exception of accept: it waits, logs it and tries again. After the first
// one it does not wait.
func (l *life) NotAccepted(err error) {
	reason := err.Error()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		reason = listen.Strerror(errno)
	}
	lines := l.endpoint.connector.AcceptLines
	said := fmt.Sprintf("org.apache.tomcat.util.net.Acceptor run: Socket accept failed\njava.io.IOException: %s\n"+
		"\tat java.base/sun.nio.ch.Net.accept(Native Method)\n"+
		"\tat java.base/sun.nio.ch.ServerSocketChannelImpl.implAccept(ServerSocketChannelImpl.java:425)\n"+
		"\tat java.base/sun.nio.ch.ServerSocketChannelImpl.accept(ServerSocketChannelImpl.java:391)\n"+
		"\tat org.apache.tomcat.util.net.NioEndpoint.serverSocketAccept(NioEndpoint.java:%d)\n"+
		"\tat org.apache.tomcat.util.net.NioEndpoint.serverSocketAccept(NioEndpoint.java:%d)\n"+
		"\tat org.apache.tomcat.util.net.Acceptor.run(Acceptor.java:%d)\n"+
		"\tat java.base/java.lang.Thread.run(Thread.java:840)\n", reason, lines[0], lines[1], lines[2])
	delay := l.endpoint.delay
	l.endpoint.delay = min(max(2*delay, firstDelay), longestDelay)
	l.Listener().RetryAfter(delay)
	l.Loop().After(&l.accepts, delay, eventloop.Func(func() { l.Log(journal.Error, said) }))
}

// Signals are those that the JVM handles. On SIGQUIT it prints its threads, which is not imitated.
func (l *life) Signals() []os.Signal {
	return []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT}
}

func (l *life) Handle(sig os.Signal) {
	number, _ := sig.(syscall.Signal)
	if number == syscall.SIGQUIT {
		return
	}
	l.status = 128 + int(number)
	l.Loop().Block(exitPatience)
	l.Loop().Stop()
}

func (l *life) Ended() server.Ended { return server.Ended{Status: l.status} }
