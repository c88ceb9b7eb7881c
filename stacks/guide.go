package stacks

import "slices"

// Guide tells people about a stack what its values do not.
type Guide struct {
	Stack string
	// For is what it is for.
	For string
	// Modes says what is special about a mode, by its name.
	Modes map[string]string
	// Differs is what is known to differ from the real server, beside what docs/differences.md says of all.
	Differs []string
}

// Guides are those of every stack, built or to come, in the order of the command line.
func Guides() []Guide { return slices.Concat(asgiGuides(), wsgiGuides(), otherGuides()) }

func asgiGuides() []Guide {
	return []Guide{
		{
			Stack: "uvicorn",
			For: "The article's subject, and what most run FastAPI on: 40 threads with a line behind them that nothing bounds, a loop that one " +
				"blocking coroutine stops, workers that share a socket unevenly. Take it unless you know that you have another.",
		},
		{
			Stack: "hypercorn",
			For: "The article's other ASGI server, on asyncio: the same 40 threads, a backlog of 100 instead of 2048, silent clients closed after " +
				"the keep-alive, and three seconds for requests in work when it stops. HTTP/2 in clear text comes with it. Take it to see whether your " +
				"clients depend on Uvicorn's patience.",
			Differs: hypercornDiffers(),
		},
		{
			Stack:   "hypercorn-uvloop",
			For:     "Hypercorn with --worker-class uvloop: as hypercorn, on the other loop. What differs is what a blocked loop does with those who wait.",
			Differs: hypercornDiffers(),
		},
		{
			Stack: "hypercorn-trio",
			For: "Hypercorn with --worker-class trio: 40 threads that the article found no way to resize, so that --limit changes nothing here " +
				"(PUT /limit on --admin-addr does), and an order of service that is shuffled a little in every turn. A head may come a turn before its " +
				"body, and a turn may be long. Take it for what asyncio's code does under trio.",
			Modes: map[string]string{
				"cooperative": "every request gets 500 at once, as in the article: asyncio.sleep finds no running event loop",
			},
			Differs: []string{
				"Python's warnings at 2023-03 name packages in /usr/local/lib/python3.11/site-packages, wherever the real ones may lie",
			},
		},
		{
			Stack: "gunicorn-uvicorn",
			For: "Gunicorn as the parent of Uvicorn's workers, the usual production set-up: keep-alive of 2 s, a heartbeat that kills a worker whose " +
				"loop is blocked for longer than --timeout, workers that come and go by signals.",
			Modes: map[string]string{
				"async-misuse": "a handler that blocks for longer than --timeout costs its worker, and every connection of it",
			},
			Differs: gunicornDiffers(),
		},
	}
}

// gunicornDiffers is what is known to differ of gunicorn's master.
func gunicornDiffers() []string {
	return []string{
		"SIGUSR2 is logged and starts no second master: what comes of it is a program of another version, which there is none of",
		"at current the log names the control socket, as gunicorn's does, and there is none: gunicornc has nothing to talk to",
		"workers end with a master that is killed; gunicorn's Uvicorn workers serve on, and its own end within half the timeout",
		"a worker boots in milliseconds, where a real one takes 0.2 s or more and who connects meanwhile waits in the kernel",
		"access lines are written, as with --access-logfile -; gunicorn writes none unless it is told to",
		"gunicorn needs a Unix system, and so does this stack",
	}
}

func hypercornDiffers() []string {
	return []string{
		"access lines are written, as with --access-logfile -, which is not the real default",
		"a FIN that comes right behind a request: at current the real server often sees it in time and keeps the connection for the idle time",
		"an empty User-Agent is logged as \"-\", not as \"\"",
		"HTTP/2: priorities are read and not followed; no push, no WebSockets",
		"SO_REUSEPORT is not set on the socket of several workers",
	}
}

func wsgiGuides() []Guide {
	return []Guide{
		{
			Stack: "gunicorn-sync",
			For: "Gunicorn's default worker: one request a process, and every connection closed after its answer. A client that connects and says " +
				"nothing occupies a whole worker until the heartbeat kills it. With --app fastapi every request fails, as the article found.",
			Modes:   onlyThreads,
			Differs: unlikeGunicorn,
		},
		{
			Stack: "gunicorn-gthread",
			For: "Gunicorn's worker with threads: connections are accepted though every thread is busy, and wait for one. Take it as the WSGI " +
				"counterpart of FastAPI's pool, and give it threads: --limit is gunicorn's --threads, which is 1 unless somebody says more.",
			Modes: onlyThreads,
			Differs: append(unlikeGunicorn[:1:1],
				"which of several idle threads works next is chance with the real one; here it is the one that has idled longest",
				"a client that leaves between two requests is seen at once; the real one needs a free thread for that"),
		},
		{
			Stack: "flask",
			For: "Flask's development server: a thread for every connection and no ceiling. Take it to see what a client gets where nothing " +
				"queues.",
			Differs: flaskDiffers,
		},
		{
			Stack: "flask-single",
			For: "Flask's development server with threaded=False and processes=1: one request at a time. It is the article's yardstick for an event " +
				"loop that a handler blocks.",
			Differs: flaskDiffers,
		},
		{
			Stack: "waitress",
			For: "A WSGI server with four threads and a main thread that reads for them: slow clients cost it no thread, and who waits does so with " +
				"its request read whole, refusals included.",
			Differs: []string{
				"a redirect for a client that names no host points to the address served, not to waitress.invalid",
				"a connection that is idle for 120 s is closed then, not when waitress looks next, up to 30 s later",
				"a chunk's line, or a trailer, of more than 64 KiB is refused; waitress reads on",
				"an address that cannot be had is told in two lines, without the rest of Python's traceback",
			},
		},
	}
}

func otherGuides() []Guide {
	return []Guide{
		{
			Stack: "tomcat",
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
		},
		{
			Stack: "node",
			For: "The article's comparison for coroutines: timers overlap without a ceiling, and a handler that computes holds everybody. " +
				"The program is one listener of requests on Node's http server, which asks for / and an id whatever the method, and knows no framework.",
			Modes: map[string]string{
				"cooperative":  "the handler awaits a timer; requests pipelined on one connection run at once, and are answered in order",
				"async-misuse": "the handler computes, and everybody waits for it",
			},
			Differs: []string{
				"SIGUSR1 ends the process, where Node starts its inspector",
				"An error that nobody catches is printed without the frames of its stack",
				"White space before a header's value is cut off at 128 KiB; Node does not count it",
				"?sleep= that is no duration gets 400, an extension as the parameter is",
			},
		},
	}
}

// GuideTo gives the guide to a stack; one without has no more than its name.
func GuideTo(stack string) Guide {
	for _, g := range Guides() {
		if g.Stack == stack {
			return g
		}
	}
	return Guide{Stack: stack}
}

// unlikeGunicorn is what differs from gunicorn's own workers.
var unlikeGunicorn = []string{
	"SCRIPT_NAME, as a field or in the environment, changes nothing; --forwarded-allow-ips is 127.0.0.0/8 and ::1",
	"the next worker serves at once; the real one loads the program first, for as long as that takes",
}

// onlyThreads says of modes that they are none of Flask's.
var onlyThreads = map[string]string{
	"async-misuse": "with --app fastapi alone, where every request fails as in any mode",
	"cooperative":  "with --app fastapi alone, where every request fails as in any mode",
}

// flaskDiffers is of the development server in both its ways.
var flaskDiffers = []string{
	"a head of more than 1 MiB cuts the connection off; the real one reads a hundred lines of 64 KiB",
	"SIGINT ends it at once; a Python process needs some 0.2 s more to take itself apart",
	"exceptions in the log have no lines of Python's source",
}
