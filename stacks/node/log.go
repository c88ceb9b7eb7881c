package node

import "github.com/target-server/target-server/server/journal"

// lines are the program's own (console.log), and what Node prints about an uncaught error. There is no other log.
var lines = journal.Lines{Server: journal.Plain, InfoOnStdout: true}
