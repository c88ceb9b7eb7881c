package sequences

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
)

// How long a conversation waits between two pieces, after the last one, and after it has closed its side.
const (
	gap      = 50 * time.Millisecond
	patience = time.Second
)

// Conn is the client's end of a connection: a driver.Conn, or one in simulated time.
type Conn interface {
	Fill(data []byte, within time.Duration) (int, error)
	HalfClose() error
	Leave() error
	Events() []driver.Event
	End() (driver.Event, bool)
	Await(within time.Duration, done func([]driver.Event) bool) bool
}

// Outcome is what a client saw of a server.
type Outcome struct {
	Answer string // every byte until a second after the last piece
	End    string // then: FIN, RST or open
	Later  string // every byte after a half-close, if the connection was open
	Last   string // how it ended then
}

// Converse plays pieces on a connection, and closes it. In what came, the normaliser puts placeholders.
func Converse(c Conn, pieces []string, n facts.Normaliser) Outcome {
	never := func([]driver.Event) bool { return false }
	for i, piece := range pieces {
		if i > 0 {
			c.Await(gap, never)
		}
		_, _ = c.Fill([]byte(piece), patience) // the end of the connection shows whether the server has closed it
	}
	c.Await(patience, never)
	var o Outcome
	before := driver.Stream(c.Events())
	o.Answer, o.End = n.Text(facts.Wire(before)), ending(c)
	if o.End == "open" {
		_ = c.HalfClose() // as above
		c.Await(patience, never)
		o.Later, o.Last = n.Text(facts.Wire(driver.Stream(c.Events())[len(before):])), ending(c)
	}
	_ = c.Leave() // as above
	return o
}

func ending(c Conn) string {
	if end, ended := c.End(); ended {
		return end.Kind.String()
	}
	return "open"
}

// String is the outcome in full.
func (o Outcome) String() string {
	text := o.Answer + "\n-- " + o.End
	if o.Last == "" {
		return text
	}
	if o.Later != "" {
		text += "\n-- after a half-close:\n" + o.Later
	}
	return text + "\n-- after a half-close: " + o.Last
}

// statusLine is the beginning of an answer.
var statusLine = regexp.MustCompile(`HTTP/1\.[01] (\d{3})`)

// Short is the outcome in a few words: the statuses, and the ends.
func (o Outcome) Short() string {
	text := statuses(o.Answer) + " " + o.End
	if o.Last == "" {
		return text
	}
	return fmt.Sprintf("%s, half-close: %s %s", text, statuses(o.Later), o.Last)
}

func statuses(text string) string {
	var all []string
	for _, match := range statusLine.FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	switch {
	case len(all) > 0:
		return strings.Join(all, " ")
	case text != "":
		return "bytes"
	}
	return "nothing"
}
