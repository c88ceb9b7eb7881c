package stacks

import (
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/tomcat"
)

// tomcat202303 is a servlet on embedded Tomcat 10.1.7, on Java 17.
func tomcat202303() *Stack { return tomcatStack(config.Vintage202303, &tomcat.Tomcat1017) }

// tomcatCurrent is the same on Tomcat 11.0.27.
func tomcatCurrent() *Stack { return tomcatStack(config.VintageCurrent, &tomcat.Tomcat11027) }

func tomcatStack(vintage string, version *tomcat.Version) *Stack {
	return &Stack{
		Defaults: config.Defaults{Summary: "a servlet on embedded " + version.Server + ", on Java 17", Values: tomcatValues(vintage), Refuses: tomcatRefuses()},
		Loops:    map[string]eventloop.Flavour{"auto": eventloop.Blocking},
		HTTP: map[string]http1.Protocol{"auto": tomcat.Connector{
			Version: version, MaxConnections: 8192, MaxKeepAliveRequests: 100, MaxSwallowSize: 2 << 20,
		}},
		Modes: modes.OnThreads(), Order: limiter.FIFO, Threads: tomcatThreads,
		Apps: map[string]Application{"": version},
		Life: LifeTomcat, Lifecycle: Lifecycle{StartupFailure: 1}, Lines: LinesJavaLogging,
	}
}

// tomcatThreads is org.apache.tomcat.util.threads.ThreadPoolExecutor as NioEndpoint makes it: minSpareThreads stand ready,
// and a thread beyond them ends when it has idled for maxIdleTime.
var tomcatThreads = modes.Pool{Name: "http-nio-{address}-exec-%d", First: 1, Longest: true, Spare: 10, MaxIdle: time.Minute, Alone: true}

// tomcatValues are the defaults of embedded Tomcat: maxThreads, acceptCount and connectionTimeout, which is 20 seconds in the
// server.xml that comes with a whole Tomcat.
func tomcatValues(vintage string) config.Config {
	c := usual("tomcat", vintage)
	c.Limit, c.Backlog, c.KeepAlive = 200, 100, time.Minute
	return c
}

// tomcatRefuses is what Tomcat cannot do, with the reasons.
func tomcatRefuses() map[string]string {
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
