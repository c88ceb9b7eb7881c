package python

import (
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
)

// helper is a function or class that the steps use, with what it uses itself.
type helper struct {
	name string
	uses []string
	text string
}

// helpers are in the order in which they are printed. One that uses another comes before it here, and after it there.
func helpers() []helper {
	return []helper{
		{"Session", []string{"time"}, session},
		{"AsyncSession", []string{"asyncio", "greenlet_spawn"}, asyncSession},
		{"query", []string{"time"}, `
def query(pool, seconds):
    """Hold a connection from the pool for that long."""
    connection = pool.connect()
    try:
        time.sleep(seconds)
    finally:
        connection.close()
`},
		{"query_async", []string{"asyncio", "greenlet_spawn"}, `
async def query_async(pool, seconds):
    """Hold a connection from the asynchronous pool for that long."""
    connection = await greenlet_spawn(pool.connect)
    try:
        await asyncio.sleep(seconds)
    finally:
        connection.close()
`},
		{"compute", []string{"time"}, compute},
		{"keep_lock", []string{"ctypes", "signal"}, keepLock},
		{"make_folder", []string{"make_file", "files", "os"}, makeFolder},
		{"make_file", []string{"files", "os"}, makeFile},
		{"say", []string{"os", "threading", "datetime"}, `
def say(text):
    # The line and its end in one write: threads that print at the same time must not share a line.
    thread = threading.current_thread().name
    print(f"{datetime.now()} - {os.getpid()}-{thread}: {text}\n", end="", flush=True)
`},
		{"escape", []string{"json"}, `
def escape(value):
    """Escape a value for the inside of a JSON string."""
    return json.dumps(str(value), ensure_ascii=False)[1:-1]
`},
		{"quantiles", []string{"random"}, `
def quantiles(points):
    """Draw from the law that is linear between these points, each a probability and a duration."""
    p = random.random()
    for (low, shortest), (high, longest) in zip(points, points[1:]):
        if p <= high:
            return shortest + (longest - shortest) * (p - low) / (high - low)
`},
	}
}

const session = `
class Session:
    """A session takes a connection from its pool at its first query, and returns it when it is closed."""

    def __init__(self, pool):
        self.pool = pool
        self.connection = None

    def query(self, seconds):
        if self.connection is None:
            self.connection = self.pool.connect()
        time.sleep(seconds)

    def close(self):
        if self.connection is not None:
            self.connection.close()
`

const asyncSession = `
class AsyncSession:
    """A session of coroutines: it takes a connection at its first query, and returns it when it is closed."""

    def __init__(self, pool):
        self.pool = pool
        self.connection = None

    async def query(self, seconds):
        if self.connection is None:
            self.connection = await greenlet_spawn(self.pool.connect)
        await asyncio.sleep(seconds)

    def close(self):
        if self.connection is not None:
            self.connection.close()
`

const lifespan = `
@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "THREADS"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield
`

const connection = `
class Connection:
    """A database connection that goes nowhere."""

    def rollback(self):
        pass

    def close(self):
        pass
`

func (m *module) use(name string) string {
	m.used[name] = true
	return name
}

// helpers are the parts of the file between the imports and the variables. They note what they use.
func (m *module) helpers(p *program.Program, o Options) [][]string {
	var all [][]string
	add := func(text string, uses ...string) {
		all = append(all, append([]string{"", ""}, strings.Split(strings.Trim(text, "\n"), "\n")...))
		for _, name := range uses {
			m.use(name)
		}
	}
	for _, name := range m.names.own {
		add("class " + name + "(Exception):\n    pass")
	}
	if len(m.pools(p)) > 0 {
		add(connection)
	}
	for _, h := range helpers() {
		if m.used[h.name] {
			add(fileText.Replace(h.text), h.uses...)
		}
	}
	if !m.flask {
		text := strings.Replace(lifespan, "THREADS", strconv.Itoa(o.Limit), 1)
		if m.used["files"] {
			text += "    files.cleanup()\n" // Uvicorn may end by a signal, and then no exit handler runs
		}
		add(text, "asynccontextmanager", "os", "current_default_thread_limiter")
	}
	return all
}

// pools are those that a function uses.
func (m *module) pools(p *program.Program) []*program.Pool {
	return slices.DeleteFunc(slices.Clone(p.Pools), func(pool *program.Pool) bool { return !m.used[m.names.pools[pool]] })
}

// globals are the variables of the module.
func (m *module) globals(p *program.Program) []string {
	var b block
	if m.flask {
		b.line("app = " + m.use("Flask") + "(__name__)")
	} else {
		b.line("app = " + m.use("FastAPI") + "(lifespan=lifespan)")
	}
	if m.used["files"] {
		b.line("files = " + m.use("tempfile") + ".TemporaryDirectory()")
	}
	if m.used["counter"] {
		b.line("counter = 0")
	}
	for _, pool := range m.pools(p) {
		class := "QueuePool"
		if pool.Async {
			class = "AsyncAdaptedQueuePool"
		}
		b.put(m.names.pools[pool]+" = ", call(
			m.use(class), atom("Connection"), atom("pool_size="+strconv.Itoa(pool.Size)),
			atom("max_overflow="+strconv.Itoa(pool.Overflow)), atom("timeout="+seconds(pool.Timeout)),
		), "")
	}
	for _, made := range m.files {
		b.put(made.name+" = ", call("make_file", textNode(made.route), atom(strconv.FormatInt(made.size, 10))), "")
	}
	for _, t := range m.names.tables {
		t.print(&b)
	}
	return b.lines
}
