package node

import "github.com/target-server/target-server/server/journal"

// lines are none but the program's: console.log, and what Node prints of an error that nothing catches.
var lines = journal.Lines{Server: journal.Plain, InfoOnStdout: true}
