package tomcat

import (
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
)

// Stack202303 is a servlet on embedded Tomcat 10.1.7, on Java 17.
func Stack202303() *server.Stack { return stack(config.Vintage202303, &Tomcat1017) }

// StackCurrent is the same on Tomcat 11.0.27.
func StackCurrent() *server.Stack { return stack(config.VintageCurrent, &Tomcat11027) }

func stack(vintage string, v *Version) *server.Stack {
	connector := Connector{Version: v, MaxConnections: 8192, MaxKeepAliveRequests: 100, MaxSwallowSize: 2 << 20}
	loop := eventloop.Blocking
	loop.TellsEachRest = true
	return &server.Stack{
		Defaults: config.Defaults{
			Summary: "a servlet on embedded " + v.Server + ", on Java 17", Values: values(vintage), Refuses: refuses(),
		},
		Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": loop},
		Modes: modes.OnThreads(), Order: limiter.FIFO, Threads: threads,
		Apps:  map[string]server.NewApp{"": v.newServlet},
		Terms: terms(), Serve: connector.Serve, Log: lines, Zone: javaZone, StartupFailure: 1,
	}
}

// threads is org.apache.tomcat.util.threads.ThreadPoolExecutor as NioEndpoint makes it: minSpareThreads always exist,
// and any other thread ends once it has been idle for maxIdleTime.
var threads = modes.Pool{Name: "http-nio-{address}-exec-%d", First: 1, Longest: true, Spare: 10, MaxIdle: time.Minute, Alone: true}

// values are the defaults of embedded Tomcat: maxThreads, acceptCount and connectionTimeout. The server.xml of a whole
// Tomcat sets the last to 20 seconds.
func values(vintage string) config.Config {
	c := config.Common("tomcat", vintage)
	c.Limit, c.Backlog, c.KeepAlive = 200, 100, time.Minute
	return c
}

// refuses are the settings that Tomcat does not have, with the reasons.
func refuses() map[string]string {
	return map[string]string{
		"mode":                "a servlet runs in the thread that Tomcat uses for the request; there is no event loop",
		"app":                 "FastAPI and Flask are Python frameworks; the program imitated is a servlet",
		"workers":             "Tomcat is one process with many threads",
		"respawn":             "Tomcat has no parent process",
		"loop":                "Tomcat has no event loop",
		"http":                "Tomcat has a single parser, its own",
		"forwarded-allow-ips": "Tomcat ignores what proxies say, unless it has a RemoteIpValve",
		"limit-concurrency":   "Tomcat has no such option; beyond maxConnections, clients wait in the kernel's backlog",
		"limit-max-requests":  "Tomcat has no such option; its maxKeepAliveRequests is a limit per connection, 100",
		"timeout":             "Tomcat has no such option; it is gunicorn's",
		"graceful-timeout":    "the program imitated handles no signals, so they end it at once",
	}
}

var guide = server.Guide{
	For: "A servlet on embedded Tomcat, for comparison with a larger pool of threads: it grows from 10 to 200 threads before any request waits. " +
		"After that, accepted connections queue for a thread, up to 8192 connections; 100 more wait in the kernel's backlog. " +
		"Every answer needs a thread: while all are busy, a 404 waits as long as any other request.",
	Options: map[string]string{
		"limit": "Tomcat's maxThreads", "backlog": "Tomcat's acceptCount",
		"keep-alive": "Tomcat's connectionTimeout, which the server.xml of a full Tomcat sets to 20s",
	},
	Differs: []string{
		"an address in use is reported without the Java stack trace",
		"the first parameter that cannot be decoded is not logged; Tomcat 10.1.7 logs it",
		"SIGQUIT does not print a thread dump",
		"an exception that a program raises is printed without its frames",
		"cookies are not parsed, so invalid ones are not logged",
		"with port 0 in --addr, threads are called http-nio-0-exec-N; Tomcat uses another name",
	},
}
