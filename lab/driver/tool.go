package driver

import "os/exec"

// Tool finds a program: in PATH, or else in /usr/sbin, where Debian installs servers but which is not
// in a user's PATH.
func Tool(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	return "/usr/sbin/" + name
}
