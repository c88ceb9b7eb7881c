package modes

// AsyncMisuse is an async def handler that calls time.sleep: it works on the
// loop itself and holds it. FastAPI calls such a handler without suspending,
// so the step that starts it ends with its answer.
func AsyncMisuse(rt *Runtime, j *Job) {
	j.Program.Begin(MainThread)
	if !rt.Gate.shut.Load() {
		rt.Loop.Block(j.Sleep)
	}
	rt.Gate.stand(rt.Loop, j)
	j.Program.End(MainThread)
	j.Program.Answer()
}
