package driver

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ErrNotListening says that no socket listens on the port.
var ErrNotListening = errors.New("nothing listens on the port")

// The states of /proc/net/tcp that are used here.
const (
	stateEstablished = "01"
	stateListen      = "0A"
)

// Socket is a row of the kernel's table of TCP sockets.
type Socket struct {
	LocalPort  int
	RemotePort int
	State      string // two hexadecimal digits, as the kernel writes them
	Received   int    // bytes not read yet; of a listening socket, the connections that wait to be accepted
	Inode      int    // of the descriptor of whoever has accepted it; 0 when nobody has
}

// AcceptQueue is how many connections the kernel holds for the listener on port that no process has accepted.
func AcceptQueue(port int) (int, error) {
	sockets, err := sockets()
	if err != nil {
		return 0, err
	}
	for _, s := range sockets {
		if s.LocalPort == port && s.State == stateListen {
			return s.Received, nil
		}
	}
	return 0, fmt.Errorf("port %d: %w", port, ErrNotListening)
}

// looks is how often the table is read to count its rows: a reading may miss some while others come and go.
const looks = 3

// Established counts the server's ends of the connections to port, accepted or not.
func Established(port int) (int, error) {
	seen := map[int]bool{} // by the other end's port: a reading may also show a row twice
	for range looks {
		sockets, err := sockets()
		if err != nil {
			return 0, err
		}
		for _, s := range sockets {
			if s.LocalPort == port && s.State == stateEstablished {
				seen[s.RemotePort] = true
			}
		}
	}
	return len(seen), nil
}

func sockets() ([]Socket, error) {
	var all []Socket
	for _, name := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		table, err := os.ReadFile(name)
		if err != nil && (name == "/proc/net/tcp" || !errors.Is(err, os.ErrNotExist)) {
			return nil, fmt.Errorf("the kernel's sockets: %w", err)
		}
		all = append(all, parseSockets(string(table))...)
	}
	return all, nil
}

func parseSockets(table string) []Socket {
	var all []Socket
	for line := range strings.Lines(table) {
		words := strings.Fields(line)
		if len(words) < 5 || words[0] == "sl" {
			continue
		}
		inode := 0
		if len(words) > 9 {
			inode, _ = strconv.Atoi(words[9]) // the kernel writes a number
		}
		_, received, _ := strings.Cut(words[4], ":")
		all = append(all, Socket{
			LocalPort:  hexAfterColon(words[1]),
			RemotePort: hexAfterColon(words[2]),
			State:      words[3],
			Received:   hex(received),
			Inode:      inode,
		})
	}
	return all
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
