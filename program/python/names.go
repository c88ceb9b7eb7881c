package python

import (
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
)

// keywords are Python's.
var keywords = strings.Fields(`False None True and as assert async await break class continue def del elif else except
	finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`)

// passed are names that a function's parameter cannot have: FastAPI hands parameters on as keyword arguments of
// Starlette's run_in_threadpool(func, ...).
const passed = "func"

// reserved are the names that a printed program may import, define or use without defining.
var reserved = strings.Fields(`asyncio json os random threading time datetime asynccontextmanager Any
	current_default_thread_limiter BackgroundTasks Depends FastAPI HTTPException Path Query Response Flask abort request
	QueuePool AsyncAdaptedQueuePool greenlet_spawn app background_tasks
	ctypes signal tempfile compute keep_lock files make_file make_folder chunks events EventSourceResponse File FileResponse Form
	ServerSentEvent StaticFiles StreamingResponse UploadFile
	response counter lifespan say query query_async quantiles escape Connection
	Session AsyncSession opened closing func print range zip max len open str int float bool object property super`)

// names are those of one printed module.
type names struct {
	taken        map[string]bool
	routes       []string
	dependencies map[*program.Dependency]string
	pools        map[*program.Pool]string
	exceptions   map[string]string
	own          []string // exceptions that the program defines, in the order of their first use
	tables       []table
}

func newNames(p *program.Program) *names {
	n := &names{
		taken: map[string]bool{}, routes: p.FunctionNames(),
		dependencies: map[*program.Dependency]string{}, pools: map[*program.Pool]string{}, exceptions: map[string]string{},
	}
	for _, name := range slices.Concat(keywords, reserved, program.Exceptions(), n.routes) {
		n.taken[name] = true
	}
	for _, d := range p.Dependencies {
		n.dependencies[d] = n.take(d.Name, "_dependency")
	}
	for _, pool := range p.Pools {
		n.pools[pool] = n.take(pool.Name, "_pool")
	}
	return n
}

// take returns a name, or with the suffix if it is taken, and then with a number.
func (n *names) take(name, suffix string) string {
	free := name
	for i := 1; n.taken[free]; i++ {
		free = name + suffix
		if i > 1 {
			free += "_" + strconv.Itoa(i)
		}
	}
	n.taken[free] = true
	return free
}

// exception is the class that a raise step names.
func (n *names) exception(name string) string {
	if slices.Contains(program.Exceptions(), name) {
		return name
	}
	if n.exceptions[name] == "" {
		n.exceptions[name] = n.take(name, "_")
		n.own = append(n.own, n.exceptions[name])
	}
	return n.exceptions[name]
}
