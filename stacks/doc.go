// Package stacks is the table of everything imitated: a server with a framework on it, at two vintages. Each has a folder
// below this one, which fills the slots of [server.Stack] with values read off the real server.
package stacks
