package modes

// AsyncMisuse is an async def handler that calls time.sleep: it runs on the loop
// itself and blocks it. FastAPI calls such a handler without suspending, so the
// step that starts it also answers.
func AsyncMisuse(rt *Runtime, j *Job) {
	j.Program.Begin(MainThread)
	if !rt.Gate.shut.Load() {
		rt.Loop.Block(j.Sleep)
	}
	rt.Gate.blockLoop(rt.Loop, j)
	j.Program.End(MainThread)
	j.Program.Answer()
}
