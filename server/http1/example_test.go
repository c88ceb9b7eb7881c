package http1_test

import (
	"fmt"

	"github.com/target-server/target-server/server/http1"
)

// A request is read event by event, as by h11.
func ExampleParser_Next() {
	var p http1.Parser
	var head http1.Head
	buf := []byte("POST /?id=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
	for {
		event, n := p.Next(&http1.H11v016, buf, &head)
		switch event {
		case http1.HeadDone:
			fmt.Printf("%s %s, a body of %d bytes\n", head.Method, head.Target, head.ContentLength)
		case http1.BodyData:
			fmt.Printf("body %q\n", buf[n-p.BodyLen():n])
		case http1.MessageDone:
			fmt.Println("done")
			return
		default: // NeedData, and all kinds of refusal
			return
		}
		buf = buf[n:]
	}
	// Output:
	// POST /?id=1, a body of 5 bytes
	// body "hello"
	// done
}
