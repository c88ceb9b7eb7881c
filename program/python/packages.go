package python

import (
	"slices"
	"strings"
)

// The vintages of the pinned packages.
const (
	Vintage202303  = "2023-03"
	VintageCurrent = "current"
)

// pin is a package's version at each vintage; an empty one means that the vintage does not need it.
type pin struct{ name, v202303, current string }

// pins are those of the lab's environments.
func pins() []pin {
	return []pin{
		{"anyio", "3.6.2", "4.16.0"},
		{"fastapi", "0.94.1", "0.165.0"},
		{"flask", "2.2.3", "3.1.3"},
		{"gunicorn", "20.1.0", "27.0.1"},
		{"h11", "0.14.0", "0.16.0"},
		{"h2", "4.1.0", "4.4.1"},
		{"httptools", "0.5.0", "0.9.0"},
		{"hypercorn", "0.14.3", "0.18.0"},
		{"pydantic", "1.10.6", "2.14.3"},
		{"python-multipart", "0.0.6", "0.0.34"},
		{"sqlalchemy", "2.0.7", "2.1.9"},
		{"starlette", "0.26.1", "1.10.0"},
		{"trio", "0.22.0", "0.35.0"},
		{"uvicorn", "0.21.1", "0.54.0"},
		{"uvicorn-worker", "", "0.4.0"},
		{"uvloop", "0.17.0", "0.23.0"},
		{"waitress", "2.1.2", "3.0.2"},
		{"websockets", "10.4", "17.4"},
		{"werkzeug", "2.2.3", "3.1.9"},
		{"wsproto", "1.2.0", "1.3.2"},
	}
}

// find returns a stack by its name. It reports false for one whose program is not in Python.
func find(name string) (stack, bool) {
	all := stacks()
	i := slices.IndexFunc(all, func(s stack) bool { return s.name == name })
	if i < 0 {
		return stack{}, false
	}
	return all[i], true
}

// Prints reports whether a stack runs programs in Python, and whether that is by Flask instead of FastAPI.
func Prints(stack string) (prints, flask bool) {
	s, found := find(stack)
	return found, s.flask
}

// What programs may need besides the packages of a stack.
const (
	SQLAlchemy = "sqlalchemy"       // for pools
	Multipart  = "python-multipart" // for forms
)

// Packages are those that affect what a program does on a stack, as pip takes them (fastapi==0.165.0), in the order of
// their names, with those that the program needs besides. There are none for a stack whose program is not in Python.
func Packages(stack, vintage string, needs ...string) []string {
	s, found := find(stack)
	if !found {
		return nil
	}
	names := append(strings.Fields(s.packages), needs...)
	var all []string
	for _, p := range pins() {
		version := p.current
		if vintage == Vintage202303 {
			version = p.v202303
		}
		if slices.Contains(names, p.name) && version != "" {
			all = append(all, p.name+"=="+version)
		}
	}
	return all
}

// Command is how to run a program that is saved as app.py.
func Command(stack, vintage string) string {
	s, _ := find(stack)
	if vintage == Vintage202303 && s.older != "" {
		return s.older
	}
	return s.command
}
