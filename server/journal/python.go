package journal

// How Python shows exceptions, without the lines of its source.
const (
	Traceback = "Traceback (most recent call last):\n"
	// During stands between an exception and the one that its handling raised.
	During = "\n\nDuring handling of the above exception, another exception occurred:\n\n" + Traceback
)
