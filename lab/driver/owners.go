package driver

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// NotAccepted stands for the process of a connection that no process has accepted.
const NotAccepted = 0

// Owners returns which process on this machine has accepted each connection to a port, keyed by the
// client's port; NotAccepted if none has. It sees only processes whose descriptors this process may
// read, and leaves out the connections of others.
func Owners(port int) (map[int]int, error) {
	owners, clients := map[int]int{}, map[string]int{}
	for s, err := range sockets() {
		if err != nil {
			return nil, err
		}
		if s.LocalPort != port || s.State != stateEstablished {
			continue
		}
		if s.Inode == 0 {
			owners[s.RemotePort] = NotAccepted
			continue
		}
		clients["socket:["+strconv.Itoa(s.Inode)+"]"] = s.RemotePort
	}
	descriptors, err := filepath.Glob("/proc/[0-9]*/fd/[0-9]*")
	if err != nil {
		return nil, err
	}
	for _, path := range descriptors {
		link, err := os.Readlink(path)
		if err != nil {
			continue // closed meanwhile, or not readable
		}
		if client, ok := clients[link]; ok {
			owners[client], _ = strconv.Atoi(strings.Split(path, "/")[2]) // the pattern allows only digits
		}
	}
	return owners, nil
}
