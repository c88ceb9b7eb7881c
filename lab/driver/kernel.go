package driver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
)

// ErrNotListening means that no socket listens on the port.
var ErrNotListening = errors.New("nothing listens on the port")

// The socket states of /proc/net/tcp that are used here.
const (
	stateEstablished = "01"
	stateListen      = "0A"
)

// Socket is a row of the kernel's table of TCP sockets.
type Socket struct {
	LocalPort  int
	RemotePort int
	State      string // two hexadecimal digits, as in the kernel's table
	Received   int    // bytes not read yet; of a listening socket, the connections that wait to be accepted
	Inode      int    // of the accepted socket; 0 if no process has accepted the connection
}

// AcceptQueue is the number of connections to the listener on port that no process has accepted.
// Listeners are the first rows of the table, so the rows of tens of thousands of closed connections are
// not read.
func AcceptQueue(port int) (int, error) {
	for s, err := range sockets() {
		switch {
		case err != nil:
			return 0, err
		case s.LocalPort == port && s.State == stateListen:
			return s.Received, nil
		}
	}
	return 0, fmt.Errorf("port %d: %w", port, ErrNotListening)
}

// looks is how often the table is read to count its rows: one reading may miss rows while others come
// and go.
const looks = 3

// Established counts the server's ends of the connections to port, accepted or not.
func Established(port int) (int, error) {
	seen := map[int]bool{} // keyed by the other end's port: one reading may also show a row twice
	for range looks {
		for s, err := range sockets() {
			if err != nil {
				return 0, err
			}
			if s.LocalPort == port && s.State == stateEstablished {
				seen[s.RemotePort] = true
			}
		}
	}
	return len(seen), nil
}

// sockets iterates over the kernel's tables row by row. An error comes last.
func sockets() iter.Seq2[Socket, error] {
	return func(yield func(Socket, error) bool) {
		for _, name := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
			table, err := os.Open(name)
			switch {
			case name == "/proc/net/tcp6" && errors.Is(err, os.ErrNotExist):
				return
			case err != nil:
				yield(Socket{}, fmt.Errorf("the kernel's sockets: %w", err))
				return
			}
			more := readSockets(table, yield)
			_ = table.Close()
			if !more {
				return
			}
		}
	}
}

// readSockets reads one table, and reports whether to continue with the next.
func readSockets(table io.Reader, yield func(Socket, error) bool) bool {
	rows := bufio.NewScanner(table)
	for rows.Scan() {
		if s, ok := parseSocket(rows.Text()); ok && !yield(s, nil) {
			return false
		}
	}
	if err := rows.Err(); err != nil {
		yield(Socket{}, fmt.Errorf("the kernel's sockets: %w", err))
		return false
	}
	return true
}

func parseSocket(row string) (Socket, bool) {
	words := strings.Fields(row)
	if len(words) < 5 || words[0] == "sl" {
		return Socket{}, false
	}
	inode := 0
	if len(words) > 9 {
		inode, _ = strconv.Atoi(words[9]) // the kernel always writes a number
	}
	_, received, _ := strings.Cut(words[4], ":")
	return Socket{
		LocalPort:  hexAfterColon(words[1]),
		RemotePort: hexAfterColon(words[2]),
		State:      words[3],
		Received:   hex(received),
		Inode:      inode,
	}, true
}

func hexAfterColon(address string) int {
	_, port, _ := strings.Cut(address, ":")
	return hex(port)
}

func hex(digits string) int {
	n, err := strconv.ParseInt(digits, 16, 64)
	if err != nil {
		return 0
	}
	return int(n)
}
