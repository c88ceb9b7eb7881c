package modes

// AsyncMisuse is an async def handler that calls time.sleep: it runs on the loop
// itself and blocks it. FastAPI calls such a handler without suspending, so the
// step that starts it also answers.
func AsyncMisuse(rt *Runtime, j *Job) {
	j.Program.Begin(MainThread)
	rt.blocks(j, true)
	if s := j.Program.Next(); !rt.Gate.shut.Load() {
		rt.Loop.Block(s.For)
	}
	rt.Gate.blockLoop(rt.Loop, j)
	rt.blocks(j, false)
	j.Program.End(MainThread)
	j.Program.Resume()
}
