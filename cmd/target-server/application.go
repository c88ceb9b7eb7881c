package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/spelling"
	"github.com/target-server/target-server/like"
	"github.com/target-server/target-server/modes"
	application "github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/explain"
	"github.com/target-server/target-server/program/python"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/stacks"
)

const programHelp = `target-server program looks at a program: a YAML file that describes an application's routes and
what they do, which target-server --program FILE serves (docs/programs.md).

Usage:
  target-server program check FILE [--stack NAME] [--vintage SET] [--json]
  target-server program print FILE [--stack NAME] [--vintage SET]
  target-server program explain FILE [--stack NAME] [--vintage SET] [--limit N] [--workers N]
                                     [--json]
  target-server program list
  target-server program show NAME

  check      list every mistake, a line each: FILE:LINE:COLUMN: what is wrong; what is accepted.
             With --stack also what that stack cannot have. A line with "warning:" is no mistake
  print      print the Python program that the file stands for, for FastAPI or, with the stack of a
             WSGI server, for Flask; its first lines list the packages that it needs
  explain    tell for each route the threads and connections that it takes, in order, what it holds
             meanwhile, its highest throughput, and possible circular waits
  list       list the built-in programs
  show       print the file of a built-in program, to start from

  FILE is the path of a file, - for standard input, or the name of a built-in program unless there
  is a file of that name.

  --stack NAME     the stack to check, print or explain for, by default uvicorn
                   (target-server stacks lists them)
  --vintage SET    its versions: 2023-03 (the default) or current
  --limit N        threads per worker, by default the stack's own number
  --workers N      worker processes (default 1)
  --json           print JSON

Exit status: 0 if the program is right, with or without warnings, 2 if it or a flag is wrong.
`

// verb is a command of target-server program.
type verb struct {
	name  string
	flags []string
	// run does it with a program that is right for the stack.
	run func(*question, streams) int
}

func verbs() []verb {
	return []verb{
		{"check", []string{"stack", "vintage", "json"}, (*question).check},
		{"print", []string{"stack", "vintage"}, (*question).print},
		{"explain", []string{"stack", "vintage", "limit", "workers", "json"}, (*question).explain},
		{"list", nil, nil},
		{"show", nil, nil},
	}
}

func verbNames() []string {
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return names
}

// question is what is asked about a program.
type question struct {
	file    string
	asJSON  bool
	program *application.Program
	cfg     config.Config
	stack   *server.Stack
}

func (p program) runProgram(args []string, std streams) int {
	if len(args) == 0 || args[0] == "--help" || args[0] == "-h" || args[0] == "help" {
		return write(std, programHelp)
	}
	at := slices.IndexFunc(verbs(), func(v verb) bool { return v.name == args[0] })
	if at < 0 {
		return wrong(std, unknownVerb(args[0]))
	}
	if slices.ContainsFunc(args[1:], func(arg string) bool { return arg == "--help" || arg == "-h" }) {
		return write(std, programHelp)
	}
	switch v := verbs()[at]; v.name {
	case "list":
		return listPrograms(args[1:], std)
	case "show":
		return showProgram(args[1:], std)
	default:
		return p.ask(v, args[1:], std)
	}
}

func unknownVerb(word string) error {
	accepted := "; accepted: program " + strings.Join(verbNames(), ", program ")
	switch meant := spelling.Nearest(word, verbNames()); {
	case meant != "":
		accepted = "; did you mean target-server program " + meant + "?"
	case strings.HasPrefix(word, "-"):
		accepted = "; a command of program comes first, as in program check FILE" + accepted
	case strings.HasSuffix(word, ".yaml") || strings.HasSuffix(word, ".yml") || application.IsBuiltin(word):
		accepted = "; to serve it: target-server --program " + word + "; to check it: target-server program check " + word
	}
	return fmt.Errorf("program %s: is unknown%s", shown(word), accepted)
}

// ask reads the flags and the program, and answers. A wrong program is the answer of check, and an error of the others.
func (p program) ask(v verb, args []string, std streams) int {
	q, err := p.question(v, args)
	if err != nil {
		return wrong(std, err)
	}
	err = q.read(std.in, p.stacks)
	var problems *application.Problems
	switch {
	case errors.As(err, &problems) && v.name == "check":
		return q.report(problems, std)
	case err != nil:
		return wrong(std, err)
	}
	return v.run(q, std)
}

// question reads the arguments of a command, in any order.
func (p program) question(v verb, args []string) (*question, error) {
	q := &question{}
	set := flag.NewFlagSet("program "+v.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	var settings []string
	for _, name := range v.flags {
		if name == "json" {
			set.BoolVar(&q.asJSON, name, false, "")
			continue
		}
		set.Func(name, "", func(value string) error { settings = append(settings, "--"+name+"="+value); return nil })
	}
	var files []string
	for len(args) > 0 {
		if args[0] == "-" || !strings.HasPrefix(args[0], "-") {
			files, args = append(files, args[0]), args[1:]
			continue
		}
		if err := set.Parse(args); err != nil {
			return nil, flagError(err, "program "+v.name, "--"+strings.Join(v.flags, ", --"))
		}
		args = set.Args()
	}
	switch {
	case len(files) == 0:
		return nil, fmt.Errorf("program %s: a file is missing; accepted: target-server program %s FILE, with - for standard input", v.name, v.name)
	case len(files) > 1:
		return nil, fmt.Errorf("argument %s: is unexpected; accepted: target-server program %s FILE, one file", shown(files[1]), v.name)
	}
	q.file = files[0]
	var err error
	q.cfg, err = config.Load(config.Sources{Args: settings, Stacks: p.stacks, Foreign: like.Read})
	return q, err
}

// read reads the program, and checks that the stack can serve it.
func (q *question) read(stdin io.Reader, all []config.Defaults) (err error) {
	if q.file == "-" {
		q.program, err = application.LoadFrom("-", stdin)
	} else {
		q.program, err = application.Load(q.file)
	}
	if problems := (*application.Problems)(nil); err != nil {
		if errors.As(err, &problems) {
			return err
		}
		return fmt.Errorf("program %w", err)
	}
	q.cfg.Program = q.program
	if err := q.cfg.Validate(all); err != nil {
		return err
	}
	if q.stack, err = stacks.Find(q.cfg.Stack, q.cfg.Vintage); err != nil {
		return err
	}
	return q.stack.CheckProgram(q.cfg)
}

// checked is the answer of program check in JSON.
type checked struct {
	File     string    `json:"file"`
	Routes   int       `json:"routes"`
	Problems []problem `json:"problems"`
	Warnings []problem `json:"warnings"`
}

type problem struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	What   string `json:"what"`
	Advice string `json:"advice"` // what is accepted
}

func inJSON(list []application.Problem) []problem {
	all := make([]problem, len(list))
	for i, p := range list {
		all[i] = problem{p.Line, p.Column, p.What, p.Accepted}
	}
	return all
}

// report tells the mistakes in a program.
func (q *question) report(p *application.Problems, std streams) int {
	if q.asJSON {
		writeJSON(std, checked{File: q.file, Problems: inJSON(p.List), Warnings: inJSON(nil)})
		return exitWrong
	}
	return wrong(std, p)
}

// check tells that a program is right, with its warnings.
func (q *question) check(std streams) int {
	warnings := q.program.Warnings()
	if q.asJSON {
		return writeJSON(std, checked{q.file, len(q.program.Routes), inJSON(nil), inJSON(warnings)})
	}
	for _, w := range warnings {
		fmt.Fprintf(std.err, "%s: warning: %s; %s\n", w.Where(q.program.File), w.What, w.Accepted)
	}
	routes := "routes"
	if len(q.program.Routes) == 1 {
		routes = "route"
	}
	return write(std, fmt.Sprintf("%s: ok, %d %s\n", q.file, len(q.program.Routes), routes))
}

// print prints the program in Python.
func (q *question) print(std streams) int {
	options := python.Options{File: q.file, Stack: q.cfg.Stack, Vintage: q.cfg.Vintage}
	switch q.cfg.App {
	case "flask":
		return write(std, python.Flask(q.program, options))
	case "fastapi":
		return write(std, python.FastAPI(q.program, options))
	}
	return wrong(std, fmt.Errorf("flag --stack: %q has no program in Python; accepted: a stack with FastAPI or Flask", q.cfg.Stack))
}

// explain tells what limits the program.
func (q *question) explain(std streams) int {
	c := explain.Conditions{
		Stack: q.cfg.Stack, Vintage: q.cfg.Vintage, Order: q.stack.Order, Workers: q.cfg.Workers,
		Threads: cmp.Or(q.stack.OwnThreads, q.cfg.Limit),
	}
	if modes.ByName(q.stack.Modes, "cooperative") == nil { // a request has one thread from beginning to end
		c.Terms = explain.OneThread
	}
	report := explain.Explain(q.program, c)
	if q.asJSON {
		return writeJSON(std, report)
	}
	return write(std, report.Text())
}

func writeJSON(std streams, value any) int {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		complain(std, err)
		return exitFail
	}
	return write(std, string(text)+"\n")
}

// listPrograms lists the built-in programs, with the first line of their comments.
func listPrograms(args []string, std streams) int {
	if len(args) > 0 {
		return wrong(std, fmt.Errorf("argument %s: is unexpected; target-server program list takes no arguments", shown(args[0])))
	}
	var b strings.Builder
	for _, name := range application.Builtins() {
		text, _ := application.Builtin(name)
		first, _, _ := bytes.Cut(text, []byte("\n"))
		for i, line := range wrap(strings.TrimLeft(string(first), "# "), helpWidth-14) {
			fmt.Fprintf(&b, "%-14s%s\n", map[bool]string{true: name}[i == 0], line)
		}
	}
	return write(std, b.String())
}

// showProgram prints the file of a built-in program.
func showProgram(args []string, std streams) int {
	if len(args) != 1 {
		return wrong(std, errors.New("program show: takes the name of one built-in program; accepted: "+strings.Join(application.Builtins(), ", ")))
	}
	text, found := application.Builtin(args[0])
	if !found {
		accepted := "; accepted: " + strings.Join(application.Builtins(), ", ")
		if meant := spelling.Nearest(args[0], application.Builtins()); meant != "" {
			accepted = "; did you mean " + meant + "? " + strings.TrimPrefix(accepted, "; ")
		}
		return wrong(std, fmt.Errorf("program show: %s is no built-in program%s", shown(args[0]), accepted))
	}
	return write(std, string(text))
}
