package stacks

// Life is how a worker begins, what it says, which signals it takes and how it
// shuts down.
type Life uint8

// The lives.
const (
	LifeUvicorn Life = iota // uvicorn.Server.serve
)

// Lines is how the native log spells what the server itself says, and its access
// lines.
type Lines uint8

// The spellings.
const (
	LinesUvicorn Lines = iota // uvicorn.config.LOGGING_CONFIG
)
