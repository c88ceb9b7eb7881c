// Package driver talks to a server from outside, in raw bytes, and records what came back and when. It
// does not know which server it talks to.
//
// A Conn is one TCP connection: it records when the connection was established, each group of bytes
// that came, and its end. A Process is one server: it records each line of its log with the time of
// arrival, and how and when it ended.
//
//	conn, err := driver.Dial(ctx, "127.0.0.1:8080")
//	err = conn.Send([]byte("GET /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n"))
//	conn.Await(time.Second, func(es []driver.Event) bool { return len(driver.Answers(es, nil)) == 1 })
//
// The kernel's view of a listening socket is read from /proc, so it is available only on Linux.
package driver
