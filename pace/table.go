package pace

import "embed"

// measured has a file for each stack, which the lab writes (go run ./lab/cmd/lab --pace).
//
//go:embed measured
var measured embed.FS
