package driver

import "time"

// acceptedLook is how often the kernel is asked about a connection that waits to
// be accepted.
const acceptedLook = 2 * time.Millisecond

// AwaitAccepted waits until a process of this machine has accepted the
// connection, and gives when that was seen; false when d passes before. It can
// tell on Linux, of IPv4.
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
