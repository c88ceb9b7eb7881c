package threaded

import (
	"time"

	"github.com/target-server/target-server/eventloop"
)

// whenTaken runs a step once the kernel has taken what was written, or the connection has ended: a thread waits in its
// write. Until then nothing is read.
func (c *Conn) whenTaken(then eventloop.Runner) {
	if c.Unsent() <= c.endpoint.Behaviour.Buffers {
		then.Run()
		return
	}
	c.PauseReading()
	c.blocked = then
}

// leavesUnsent reports whether a thread leaves what is unsent to the main thread, because no further request has come
// (waitress.channel.HTTPChannel.service).
func (c *Conn) leavesUnsent() bool { return c.endpoint.Behaviour.Buffers > 0 && len(c.rest) == 0 }

// PauseWriting does nothing: a thread asks how much is unsent after each write.
func (c *Conn) PauseWriting() {}

// ResumeWriting continues once the kernel has taken everything.
func (c *Conn) ResumeWriting() {
	c.taken(c.Sends())
	if c.reads() && !c.parsing {
		c.ResumeReading() // which unsent answers kept the main thread from
	}
	c.unblock()
}

// taken reports the outcome of the answers that a thread has left to the main thread.
func (c *Conn) taken(sent bool) {
	for _, x := range c.untaken {
		x.finished(sent)
	}
	c.untaken = nil
}

// unblock lets a thread continue that waits in a write.
func (c *Conn) unblock() {
	if b := c.blocked; b != nil {
		c.blocked = nil
		c.Loop().Soon(b)
	}
}

// stallLook is how often the main thread checks whether a client has read some of the unsent bytes.
const stallLook = time.Second

// awaits closes the connection after that time, unless something comes or its client takes some of what is unsent.
func (c *Conn) awaits(most time.Duration) {
	c.deadline, c.left = c.Loop().Polled()+most, c.Unsent()
	c.look(most)
}

func (c *Conn) look(wait time.Duration) {
	if c.left > 0 {
		wait = min(wait, stallLook)
	}
	c.Loop().After(&c.timer, wait, (*idled)(c))
}

// idled is the end of that time, or a look before its end.
type idled Conn

func (i *idled) Run() {
	c := (*Conn)(i)
	now, left := c.Loop().Now(), c.Unsent()
	if left != c.left { // reading something counts as activity
		c.left, c.deadline = left, now+c.endpoint.KeepAlive
	}
	switch {
	case now < c.deadline:
		c.look(c.deadline - now)
	case left > 0:
		c.Abort()
	default:
		c.finish()
	}
}
