package server

import (
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"time"
)

// native prints the very lines of Uvicorn's default log configuration, and of
// the article's program: the server's on stderr, access and program on stdout.
type native struct {
	out *outlet
	now func() time.Time
}

var processID = strconv.Itoa(os.Getpid())

// prefix pads a level as uvicorn.logging.ColourizedFormatter does.
func prefix(level Level) string {
	const width = len("INFO:     ")
	text := string(level) + ":"
	for len(text) < width {
		text += " "
	}
	return text
}

func (n *native) Server(level Level, message string) {
	line := n.out.to(n.out.stderr)
	*line = append(append(append(*line, prefix(level)...), message...), '\n')
}

func (n *native) Access(client netip.AddrPort, method, target, version string, status int) {
	line := n.out.to(n.out.stdout)
	b := append(*line, "INFO:     "...)
	b = appendAddr(b, client)
	b = append(append(append(b, ` - "`...), method...), ' ')
	b = append(append(append(b, target...), " HTTP/"...), version...)
	b = strconv.AppendInt(append(b, `" `...), int64(status), 10)
	*line = append(append(append(b, ' '), http.StatusText(status)...), '\n')
}

// appendAddr writes host:port without the brackets that Go gives to IPv6.
func appendAddr(b []byte, a netip.AddrPort) []byte {
	b = append(a.Addr().AppendTo(b), ':')
	return strconv.AppendUint(b, uint64(a.Port()), 10)
}

func (n *native) Begin(thread string, number int, id string) {
	line := n.out.to(n.out.stdout)
	b := append(n.program(*line, thread), '#')
	b = append(strconv.AppendInt(b, int64(number), 10), " processing request id["...)
	*line = append(append(b, id...), "], sleeping...\n"...)
}

func (n *native) End(thread, id string) {
	line := n.out.to(n.out.stdout)
	*line = append(append(append(n.program(*line, thread), "done request id["...), id...), "]\n"...)
}

// program appends the beginning of the program's lines: Python's
// datetime.now(), which leaves out a fraction of zero, process and thread.
func (n *native) program(b []byte, thread string) []byte {
	now := n.now().Truncate(time.Microsecond)
	layout := "2006-01-02 15:04:05.000000"
	if now.Nanosecond() == 0 {
		layout = time.DateTime
	}
	b = append(append(now.AppendFormat(b, layout), " - "...), processID...)
	return append(append(append(b, '-'), thread...), ": "...)
}

func (n *native) Row(Row) {}

func (n *native) Flush() { n.out.flush() }
