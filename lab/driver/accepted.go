package driver

import "time"

// acceptedLook is the interval at which the kernel is queried about a connection that waits to be
// accepted.
const acceptedLook = 2 * time.Millisecond

// AwaitAccepted waits until a process on this machine has accepted the connection, and returns when
// that was seen; false if it does not happen within d. It works on Linux, with IPv4.
func (c *Conn) AwaitAccepted(d time.Duration) (time.Time, bool, error) {
	for end := time.Now().Add(d); ; time.Sleep(acceptedLook) {
		accepted, err := c.accepted()
		if err != nil || accepted {
			return time.Now(), accepted, err
		}
		if time.Now().After(end) {
			return time.Time{}, false, nil
		}
	}
}
