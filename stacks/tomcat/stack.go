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
	return &server.Stack{
		Defaults: config.Defaults{
			Summary: "a servlet on embedded " + v.Server + ", on Java 17", Values: values(vintage), Refuses: refuses(),
		},
		Guide: guide,
		Loops: map[string]eventloop.Flavour{"auto": eventloop.Blocking},
		Modes: modes.OnThreads(), Order: limiter.FIFO, Threads: threads,
		Apps:  map[string]server.NewApp{"": v.newServlet},
		Serve: connector.Serve, Log: lines, StartupFailure: 1,
	}
}

// threads is org.apache.tomcat.util.threads.ThreadPoolExecutor as NioEndpoint makes it: minSpareThreads always exist,
// and any other thread ends once it has idled for maxIdleTime.
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
		"mode":               "a servlet works in the thread that Tomcat has taken for its request; there is no event loop to hold or to leave free",
		"app":                "FastAPI and Flask are Python's, and the program here is a servlet",
		"workers":            "Tomcat is one process, and has threads instead",
		"respawn":            "Tomcat has no parent",
		"loop":               "Tomcat has no event loop",
		"http":               "Tomcat has no parser but its own",
		"limit-concurrency":  "Tomcat has no such option; maxConnections leaves whoever is one too many in the kernel",
		"limit-max-requests": "Tomcat has no such option; maxKeepAliveRequests is one connection's, and 100",
		"timeout":            "Tomcat has no such option; that is gunicorn's",
		"graceful-timeout":   "the program handles no signal, so that there is no end to wait for",
	}
}

var guide = server.Guide{
	For: "The article's comparison for threads: a pool that grows from 10 to 200 before anyone waits, in line behind it whoever has been " +
		"accepted, 100 more in the kernel once there are 8192 connections. Nothing is answered beside the pool: with every thread busy a 404 " +
		"waits as long as everything else. --limit is maxThreads, --backlog acceptCount and --keep-alive connectionTimeout, which is a minute " +
		"in embedded Tomcat and 20s in the server.xml of a whole one.",
	Differs: []string{
		"an address in use is reported without the lines of Java that the exception came from",
		"of parameters that cannot be decoded Tomcat 10.1.7 logs the first; here nothing is logged",
		"SIGQUIT does not have the threads told of",
		"cookies are not read, so that nobody is told of wrong ones",
		"--addr with port 0 names the threads http-nio-0-exec-N, where Tomcat makes up a name",
	},
}
