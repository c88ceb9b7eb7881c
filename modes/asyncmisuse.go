package modes

// AsyncMisuse is an async def handler that calls time.sleep: it works on the
// loop itself and holds it. FastAPI calls such a handler without suspending,
// so the step that starts it ends with its answer.
func AsyncMisuse(w *Worker, j *Job) {
	j.Program.Begin(MainThread)
	if !w.Gate.shut.Load() {
		w.Loop.Block(j.Sleep)
	}
	w.Gate.stand(w.Loop, j)
	j.Program.End(MainThread)
	j.Program.Answer()
}
