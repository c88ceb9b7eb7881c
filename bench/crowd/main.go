package crowd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Argument as the first argument makes a process a client process; see Main.
const Argument = "crowd"

// patience is how long a client waits for the next answer.
const patience = 2 * time.Minute

// Main runs a client process; args are those after Argument. It reads commands as lines from in, and
// replies to each with a line.
func Main(args []string, in io.Reader, out io.Writer) error {
	if len(args) != 2 {
		return fmt.Errorf("%s is only used by the bench itself", Argument)
	}
	var p Plan
	if err := json.Unmarshal([]byte(args[1]), &p); err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	group := &group{plan: p, dialer: dialer(net.ParseIP(args[0]))}
	replies := json.NewEncoder(out)
	orders := bufio.NewScanner(in)
	for orders.Scan() {
		if err := replies.Encode(group.obey(orders.Text())); err != nil {
			return fmt.Errorf("reply: %w", err)
		}
	}
	return orders.Err()
}

// group is the clients of one process.
type group struct {
	plan   Plan
	dialer *net.Dialer
	conns  []net.Conn
}

func (g *group) obey(word string) (r reply) {
	var err error
	switch word {
	case "ask":
		err = g.ask()
	case "read":
		r.Tally = g.read()
	default:
		err = fmt.Errorf("unknown command %q", word)
	}
	if err != nil {
		r.Failed = err.Error()
	}
	return r
}

func (g *group) ask() error {
	for i := range g.plan.Size {
		conn, err := g.dialer.Dial("tcp", g.plan.Addr)
		if err == nil {
			// Closing must leave nothing in the kernel's tables, which have no room for this crowd's
			// closed connections and for the next crowd.
			err = conn.(*net.TCPConn).SetLinger(0)
		}
		if err != nil {
			return fmt.Errorf("client %d: %w", g.plan.First+i, err)
		}
		g.conns = append(g.conns, conn)
		if _, err := conn.Write(g.request(i)); err != nil {
			return fmt.Errorf("client %d: %w", g.plan.First+i, err)
		}
	}
	return nil
}

func (g *group) request(i int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET /?id=%d", g.plan.First+i)
	if sleep := g.plan.Sleep + time.Duration(i)*g.plan.Later; sleep > 0 {
		fmt.Fprintf(&b, "&sleep=%s", sleep)
	}
	b.WriteString(" HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: bench\r\n\r\n")
	return b.Bytes()
}

// read reads the answers one after another: until its turn comes, an answer stays in the kernel, and
// does not load the machine during the measurement.
func (g *group) read() (t Tally) {
	reader := bufio.NewReader(nil)
	for i, conn := range g.conns {
		reader.Reset(conn)
		if err := g.answer(conn, reader, i); err != nil {
			t.Lost++
			if t.Why == "" {
				t.Why = fmt.Sprintf("client %d: %v", g.plan.First+i, err)
			}
			continue
		}
		t.Answered++
	}
	return t
}

func (g *group) answer(conn net.Conn, reader *bufio.Reader, i int) error {
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	want := strings.ReplaceAll(g.plan.Wants, "%d", fmt.Sprint(g.plan.First+i))
	if answer.StatusCode != http.StatusOK || string(body) != want {
		return fmt.Errorf("got %d %q, want 200 %q", answer.StatusCode, body, want)
	}
	return nil
}
