package journal

import "strings"

// Parts of the tracebacks that Python prints, without its stack frames.
const (
	Traceback = "Traceback (most recent call last):\n"
	// During comes between an exception and another one raised while it was handled.
	During = "\n\nDuring handling of the above exception, another exception occurred:\n\n" + Traceback
	// Cause comes between an exception and another one raised from it.
	Cause = "\n\nThe above exception was the direct cause of the following exception:\n\n" + Traceback
)

// Raised is what the log has of an exception, given without the heading of its traceback.
func Raised(exception string) string {
	if strings.HasPrefix(exception, groupBegins) {
		return exception
	}
	return Traceback + exception
}

const groupBegins = "  + Exception Group " + Traceback

// InGroup is an exception group of AnyIO's task group, with one exception in it.
func InGroup(exception string) string {
	const before = "    | "
	var b strings.Builder
	b.WriteString(groupBegins + "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n" +
		"  +-+---------------- 1 ----------------\n")
	for line := range strings.SplitSeq(Traceback+exception, "\n") {
		b.WriteString(before + line + "\n")
	}
	b.WriteString("    +------------------------------------")
	return b.String()
}
