//go:build unix

package supervisor_test

import (
	"context"
	"fmt"
	"os"

	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

// A parent binds a socket and runs two workers, which are the same program again.
func Example() {
	if len(os.Args) > 1 && os.Args[1] == supervisor.WorkerArgument {
		if err := work(); err != nil {
			fmt.Println(err)
		}
		return
	}
	sock, err := listen.Bind(context.Background(), "127.0.0.1", 8000)
	if err != nil {
		fmt.Println(err)
		return
	}
	policy := supervisor.Policy{Reactions: []supervisor.Reaction{{Signal: "INT", Action: supervisor.Exit}, {Signal: "TERM", Action: supervisor.Exit}}}
	signals, stop := supervisor.Notify(policy)
	defer stop()
	parent, err := supervisor.New(supervisor.Options{
		Workers: 2, Policy: policy, Spawn: supervisor.Reexec(sock, []byte(`{}`)), Signals: signals,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	code, err := parent.Run(context.Background())
	fmt.Println(code, err)
}

// work is what each worker does.
func work() error {
	child, err := supervisor.Inherit()
	if err != nil {
		return err
	}
	if err := listen.Listen(child.Listener(), 2048); err != nil {
		return err
	}
	if err := child.Ready(nil); err != nil {
		return err
	}
	<-child.ParentKilled() // a real worker accepts connections, and handles signals
	return nil
}
