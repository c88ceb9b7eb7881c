package main

import (
	"fmt"
	"text/tabwriter"
)

// runStacks lists what --stack and --vintage can choose from.
func (p program) runStacks(args []string, std streams) int {
	if code, done := p.bare("stacks", args, std); done {
		return code
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STACK\tVINTAGE\tWHAT IT IS")
	for _, row := range p.stacks {
		fmt.Fprintf(table, "%s\t%s\t%s\n", row.Values.Stack, row.Values.Vintage, row.Summary)
	}
	if err := table.Flush(); err != nil {
		return exitFail
	}
	return exitFine
}
