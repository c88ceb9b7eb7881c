//go:build !unix

package server

import (
	"io/fs"
	"os"
)

// inspectDescriptor does nothing here: the file's mode already tells a pipe (or a socket, which Windows does not tell
// from one), a console and a file apart.
func (*input) inspectDescriptor(*os.File, fs.FileInfo) error { return nil }
