package check_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A function that may fail a test for its caller says t.Helper(): otherwise the failure names a line of the helper, and
// not the line of the test that the reader wants to see.
func TestHelpersSaySo(t *testing.T) {
	packages := map[string][]*ast.FuncDecl{}
	files := token.NewFileSet()
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".env" || d.Name() == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder := filepath.Dir(path)
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
				packages[folder] = append(packages[folder], f)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	helpers := 0
	for _, functions := range packages {
		failing := mayFail(functions)
		for _, f := range functions {
			if failing[f] && !isTest(f) && !calls(f, testings(f), "Helper") {
				t.Errorf("%s: %s may fail a test and does not call Helper", files.Position(f.Pos()), f.Name.Name)
			}
			if failing[f] {
				helpers++
			}
		}
	}
	if helpers < 100 {
		t.Errorf("found %d functions that may fail a test", helpers)
	}
}

// mayFail are the functions that fail a test themselves, or call one of these with their T.
func mayFail(functions []*ast.FuncDecl) map[*ast.FuncDecl]bool {
	all := map[*ast.FuncDecl]bool{}
	for _, f := range functions {
		all[f] = calls(f, testings(f), "Error", "Errorf", "Fatal", "Fatalf") || compares(f)
	}
	for more := true; more; {
		more = false
		for _, f := range functions {
			if all[f] {
				continue
			}
			for _, g := range functions {
				if all[g] && !isTest(g) && passesOn(f, g) {
					all[f], more = true, true
				}
			}
		}
	}
	return all
}

func isTest(f *ast.FuncDecl) bool {
	return f.Recv == nil && slices.ContainsFunc([]string{"Test", "Fuzz", "Benchmark", "Example"}, func(prefix string) bool {
		return strings.HasPrefix(f.Name.Name, prefix)
	})
}

// testings are the expressions by which a function has its T: a parameter, or the field t of its receiver.
func testings(f *ast.FuncDecl) (names []string) {
	for _, p := range f.Type.Params.List {
		if isTesting(p.Type) {
			for _, name := range p.Names {
				names = append(names, name.Name)
			}
		}
	}
	if f.Recv != nil && len(f.Recv.List[0].Names) > 0 {
		names = append(names, f.Recv.List[0].Names[0].Name+".t")
	}
	return names
}

func isTesting(e ast.Expr) bool {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	in, ok := s.X.(*ast.Ident)
	return ok && (in.Name == "testing" && slices.Contains([]string{"T", "B", "F", "TB"}, s.Sel.Name) || in.Name == "check" && s.Sel.Name == "T")
}

// calls reports whether a function calls one of these methods of its T, other than in a function literal.
func calls(f *ast.FuncDecl, of []string, methods ...string) bool {
	return found(f, func(call *ast.CallExpr) bool {
		s, ok := call.Fun.(*ast.SelectorExpr)
		return ok && slices.Contains(methods, s.Sel.Name) && slices.Contains(of, text(s.X))
	})
}

// compares reports whether a function hands its T to check or eventually.
func compares(f *ast.FuncDecl) bool {
	own := testings(f)
	return found(f, func(call *ast.CallExpr) bool {
		return len(call.Args) > 0 && slices.Contains([]string{"check.Equal", "eventually.True"}, text(call.Fun)) &&
			slices.Contains(own, text(call.Args[0]))
	})
}

// passesOn reports whether f calls g and g fails the test of f: as a method of the same receiver, or with f's T.
func passesOn(f, g *ast.FuncDecl) bool {
	own := testings(f)
	return found(f, func(call *ast.CallExpr) bool {
		switch fun := call.Fun.(type) {
		case *ast.SelectorExpr:
			return g.Recv != nil && f.Recv != nil && receiver(f) == receiver(g) && fun.Sel.Name == g.Name.Name &&
				len(f.Recv.List[0].Names) > 0 && text(fun.X) == f.Recv.List[0].Names[0].Name
		case *ast.Ident:
			return g.Recv == nil && fun.Name == g.Name.Name &&
				slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return slices.Contains(own, text(a)) })
		}
		return false
	})
}

func receiver(f *ast.FuncDecl) string {
	e := f.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	return text(e)
}

// found reports whether a function has such a call, other than in a function literal.
func found(f *ast.FuncDecl, is func(*ast.CallExpr) bool) (yes bool) {
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok || yes {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok && is(call) {
			yes = true
		}
		return !yes
	})
	return yes
}

// text is an identifier, or two with a dot between them.
func text(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return text(e.X) + "." + e.Sel.Name
	}
	return ""
}
