package servers

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/target-server/target-server/program"
	printer "github.com/target-server/target-server/program/python"
)

// programFile is the file of a program: name.yaml in the folder of the lab's programs, unless a built-in program has the
// name.
func programFile(folder, name string) string {
	if slices.Contains(program.Builtins(), name) {
		return name
	}
	if folder == "" {
		folder = filepath.Join("lab", "programs")
	}
	return filepath.Join(folder, name+".yaml")
}

// printed is the Python program that a file stands for, as target-server program print prints it, in the file that the
// servers load it from.
func printed(cfg Config, path string) (map[string]string, error) {
	p, err := program.Load(path)
	if err != nil {
		return nil, fmt.Errorf("program of the real servers: %w", err)
	}
	prints, flask := printer.Prints(cfg.Name())
	options := printer.Options{File: filepath.Base(path), Stack: cfg.Name(), Vintage: cfg.Vintage}
	switch {
	case !prints:
		return nil, fmt.Errorf("program of the real servers: none in Python for stack %s", cfg.Name())
	case flask:
		return map[string]string{"app.py": printer.Flask(p, options)}, nil
	}
	return map[string]string{"app.py": printer.FastAPI(p, options)}, nil
}
