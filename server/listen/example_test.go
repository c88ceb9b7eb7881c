//go:build unix

package listen_test

import (
	"context"
	"fmt"
	"net"

	"github.com/target-server/target-server/server/listen"
)

func Example() {
	sock, err := listen.Bind(context.Background(), "127.0.0.1", 0) // fails if another server listens there
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sock.Close()
	addr, err := listen.Addr(int(sock.Fd()))
	if err != nil {
		fmt.Println(err)
		return
	}
	connect := func() {
		conn, err := net.Dial("tcp", addr.String())
		if err != nil {
			fmt.Println("refused")
			return
		}
		conn.Close()
		fmt.Println("connected")
	}
	connect()
	if err := listen.Listen(int(sock.Fd()), 2048); err != nil {
		fmt.Println(err)
		return
	}
	connect() // the kernel accepts it, although no process has
	// Output:
	// refused
	// connected
}
