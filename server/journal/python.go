package journal

// Parts of the tracebacks that Python prints, without its stack frames.
const (
	Traceback = "Traceback (most recent call last):\n"
	// During comes between an exception and another one raised while it was handled.
	During = "\n\nDuring handling of the above exception, another exception occurred:\n\n" + Traceback
)
