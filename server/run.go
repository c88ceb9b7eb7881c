package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

// Streams are the standard streams of the process, and what else leaves it.
type Streams struct {
	Stdin          io.Reader // only for --exit-with-parent
	Stdout, Stderr io.Writer
	Version        string // of the program, for the admin address
	// AtEnd, unless it is nil, is called in the process of each worker whose loop ends, with what the worker knew then:
	// its statistics and the requests that it remembers. A worker that a signal kills does not call it.
	AtEnd func(admin.Statistics, []admin.Request)
}

// Ended is how a server has ended.
type Ended struct {
	Status int            // exit status
	Signal syscall.Signal // the process is to die of it, unless it is 0
}

// Die ends the process by the signal's default action. It returns at once in the first process of a container (or of
// any other PID namespace): there the kernel drops the signal, and the real server then ends with 0, as this one does.
func (e Ended) Die() error {
	if os.Getpid() == 1 {
		return nil
	}
	signal.Reset(e.Signal)
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Signal(e.Signal)
	}
	if err != nil {
		return err
	}
	select {} // the signal is on its way
}

// Run serves a stack until a signal or ctx ends it. cfg must be valid for the stack. Run takes over the whole process:
// its signals, and its children where it is the first process of a container ([supervisor.Reaper]).
func Run(ctx context.Context, cfg config.Config, stack *Stack, streams Streams) (Ended, error) {
	prepare()
	stack.useZone()
	file, err := newReadyFile(cfg, streams.Stderr)
	if err := errors.Join(checkAdmin(ctx, cfg), checkTrace(cfg), err); err != nil {
		return Ended{}, err
	}
	defer file.remove()
	if err := exitWithParent(cfg, streams, file); err != nil {
		return Ended{}, err
	}
	reaper := supervisor.Adopt(ctx)
	if cfg.Workers > 1 || stack.Supervised {
		return supervise(ctx, cfg, stack, reaper, streams, file)
	}
	return runSingle(ctx, cfg, stack, streams, file)
}

// prepare makes the settings that every process of the server shares. Unless GOGC is set, the collector runs earlier
// than by Go's default: held requests then take less memory, and there is little garbage to collect. SIGPIPE is
// ignored, so that the process survives a reader of its log.
func prepare() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	signal.Ignore(syscall.SIGPIPE)
}

// runSingle runs a server without a parent: uvicorn.Server.run.
func runSingle(ctx context.Context, cfg config.Config, stack *Stack, streams Streams, file *readyFile) (Ended, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	adminListener, err := listenAdmin(ctx, cfg)
	if err != nil {
		return Ended{}, err
	}
	w, poller, err := openWorker(cfg, stack, streams)
	if err != nil {
		return Ended{}, err
	}
	defer w.journal.Flush()
	supervisor.DefaultActions(w.life.Signals()...)
	defer w.watchSignals(ctx)()
	defer file.removeOnSignal(w.life.Signals())()
	w.logSeed()
	port, err := w.Open(func() (eventloop.Handle, int, error) { return open(ctx, cfg, poller) })
	if err != nil {
		reportIfLogOff(cfg, streams, err)
		return Ended{Status: stack.StartupFailure}, nil
	}
	if err := beginFiles(cfg, file); err != nil {
		return Ended{}, err
	}
	closeTrace, err := w.openTrace(reportTo(streams.Stderr))
	if err != nil {
		return Ended{}, err
	}
	defer closeTrace()
	if adminListener != nil {
		w.reserveDescriptors()
	}
	adminURL := serveAdmin(ctx, cfg, adminListener, singleWorker{w, describe(cfg, streams.Version)}, w.postError)
	if err := file.publish(port, adminURL, []int{os.Getpid()}); err != nil {
		return Ended{}, err
	}
	return w.Serve()
}

// beginFiles removes the ready file of an earlier server, and makes the trace empty. Call it once the address is open.
func beginFiles(cfg config.Config, ready *readyFile) error {
	if err := ready.removeStale(); err != nil {
		return err
	}
	return createTrace(cfg)
}

// openWorker makes a worker on the system's clock and sockets.
func openWorker(cfg config.Config, stack *Stack, streams Streams) (*Worker, *eventloop.System, error) {
	clock := eventloop.NewSystemClock()
	poller, err := eventloop.NewPoller()
	if err != nil {
		return nil, nil, err
	}
	w := NewWorker(cfg, stack, clock, poller, journal.New(cfg, stack.Log, streams.Stdout, streams.Stderr, clock.Now))
	w.atEnd = streams.AtEnd
	w.calibrate()
	if bytes := memoryLimit(cfg.Workers); bytes > 0 {
		boundHeap(bytes)
		w.host.MaxBuffered = min(w.host.MaxBuffered, int(float64(bytes)*bufferShare))
	}
	return w, poller, nil
}

// reportIfLogOff reports a failure to start on standard error if --log-format off keeps it out of the log.
func reportIfLogOff(cfg config.Config, streams Streams, err error) {
	if cfg.LogFormat == "off" {
		fmt.Fprintf(streams.Stderr, "target-server: %v\n", err)
	}
}

// reportTo returns what reports a failure on a stream.
func reportTo(stderr io.Writer) func(error) {
	return func(err error) { fmt.Fprintf(stderr, "target-server: %v\n", err) }
}

// Serve runs the loop until the worker has ended, and returns how it ended.
func (w *Worker) Serve() (Ended, error) {
	if err := w.Run(); err != nil {
		return Ended{}, err
	}
	if w.atEnd != nil {
		w.atEnd(w.Statistics(), w.Requests(0))
	}
	return w.life.Ended(), nil
}

// postError logs a failure from any goroutine.
func (w *Worker) postError(err error) {
	w.loop.Post(eventloop.Func(func() { w.journal.Server(journal.Error, err.Error()) }))
}

// logSeed logs the seed, except in the native log, which has the real server's lines and no others.
func (w *Worker) logSeed() {
	if w.cfg.LogFormat != "native" {
		w.Info("Seed %d", w.cfg.Seed)
	}
}

// LoggedAddr is the address served, host:port, as the log names it.
func (w *Worker) LoggedAddr(port int) string { return loggedAddr(w.cfg, port) }

// loggedAddr is the address served as the log names it.
func loggedAddr(cfg config.Config, port int) string {
	host, _, _ := net.SplitHostPort(cfg.Addr)
	return net.JoinHostPort(LoggedHost(host), strconv.Itoa(port))
}

// LoggedHost is the host of an address as the log names it.
func LoggedHost(host string) string {
	if host == "" {
		return "0.0.0.0"
	}
	return host
}

// watchSignals passes signals to the worker until the function that it returns is called. When ctx is done, the worker
// gets SIGTERM.
func (w *Worker) watchSignals(ctx context.Context) (stop func()) {
	signals := make(chan os.Signal, 8)
	if handled := w.life.Signals(); len(handled) > 0 { // without any, Notify would relay all
		signal.Notify(signals, handled...)
	}
	done := make(chan struct{})
	go func() {
		ended := ctx.Done()
		for {
			select {
			case sig := <-signals:
				w.Signal(sig)
			case <-ended:
				ended = nil
				w.Signal(syscall.SIGTERM)
			case <-done:
				return
			}
		}
	}()
	// The signals stay caught, although nothing acts on them any more: one that comes while the process ends would make
	// Go's runtime print its stacks.
	return func() { close(done) }
}

// Bind opens the socket that cfg asks for, without listening.
func Bind(ctx context.Context, cfg config.Config) (*os.File, error) {
	host, text, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", cfg.Addr, err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("port %q: %w", text, err)
	}
	return listen.Bind(ctx, host, uint16(port))
}
