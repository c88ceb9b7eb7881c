package access

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/venue"
)

// shown is an atom of the table.
type shown struct{ name, meaning string }

// atoms are those of the table.
func atoms() []shown {
	return []shown{
		{"h", "the client's address"},
		{"l", "always a dash"},
		{"u", "the user of basic authentication"},
		{"t", "when the line is printed, in whole seconds"},
		{"r", "the request line"},
		{"R", "the request line with path and query"},
		{"m", "the method"},
		{"U", "the path"},
		{"Uq", "the path with the query"},
		{"q", "the query"},
		{"H", "the protocol"},
		{"S", "the scheme"},
		{"s", "the status"},
		{"st", "its phrase"},
		{"B", "the length of the body: bytes sent (gunicorn), or the header field (Hypercorn)"},
		{"b", "the same"},
		{"f", "the referrer"},
		{"a", "the user agent"},
		{"T", "the duration in whole seconds"},
		{"M", "in whole milliseconds"},
		{"D", "in microseconds"},
		{"L", "in seconds, with six decimals"},
		{"p", "the process"},
		{"{X-Id}i", "a field of the request: the last of its name"},
		{"{content-length}o", "a field of the answer, as the application sets it"},
		{"{server}o", "a field of the answer that the server adds"},
		{"{http_x_id}e", "a variable of the WSGI environment (gunicorn), or of the process (Hypercorn)"},
	}
}

// sample is the request of the table. Its answer is the same on FastAPI's and Flask's servers except for its length.
const sample = "GET /no%20where?id=1 HTTP/1.1\r\nHost: lab\r\nAuthorization: Basic YW5uOmI=\r\nReferer: http://lab/\r\n" +
	"User-Agent: a \"quoted\" one\r\nX-Id: seven\r\nX-Id: eight\r\nConnection: close\r\n\r\n"

// atomTable is what each atom shows of the sample.
func atomTable() (string, error) {
	var columns []map[string]string
	for _, stack := range []string{"gunicorn-sync", "hypercorn", "uvicorn"} {
		values, err := valuesOn(stack)
		if err != nil {
			return "", err
		}
		columns = append(columns, values)
	}
	var b strings.Builder
	b.WriteString("| atom | meaning | `gunicorn-sync`, `gunicorn-gthread` | `hypercorn…` | every other stack |\n| --- | --- | --- | --- | --- |\n")
	for _, a := range atoms() {
		fmt.Fprintf(&b, "| `%%(%s)s` | %s |", a.name, a.meaning)
		for _, values := range columns {
			fmt.Fprintf(&b, " `%s` |", values[a.name])
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// valuesOn is what a stack of the newer vintage shows for each atom.
func valuesOn(stack string) (map[string]string, error) {
	const separator = " ~~ "
	var format strings.Builder
	format.WriteString("access")
	for _, a := range atoms() {
		format.WriteString(separator + "%(" + a.name + ")s")
	}
	var log []string
	err := venue.Play([]string{"--stack", stack, "--vintage", "current", "--access-log-format", format.String()}, time.Minute, func(s *venue.Simulated) {
		conn, err := s.Dial(time.Second)
		if err == nil {
			err = conn.Send([]byte(sample))
		}
		if err == nil {
			err = s.Sleep(time.Second)
		}
		for _, l := range s.Lines() {
			if err == nil && strings.Contains(l.Text, "access"+separator) {
				log = append(log, l.Text)
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("atoms on %s: %w", stack, err)
	}
	values := map[string]string{}
	words := strings.Split(strings.Join(log, "\n"), separator)
	if len(words) != len(atoms())+1 {
		return nil, fmt.Errorf("atoms on %s: %d of %d in %q", stack, len(words)-1, len(atoms()), log)
	}
	for i, a := range atoms() {
		values[a.name] = strings.ReplaceAll(words[i+1], strconv.Itoa(os.Getpid()), "42")
	}
	return values, nil
}
