package program

import (
	"slices"

	"github.com/target-server/target-server/internal/spelling"
)

// meant suggests the word that another was probably meant to be: one that is spelt like it, or that means the same.
func meant(given string, known []string) string {
	word := spelling.Nearest(given, known)
	if word == "" {
		word = sameWord(given, known)
	}
	if word == "" {
		return ""
	}
	return "did you mean " + word + "? "
}

// sameWord is the known word for what FastAPI, SQLAlchemy, Python or other tools call so, or empty.
func sameWord(given string, known []string) string {
	for _, row := range [][]string{
		{"sleep", "wait", "delay", "pause", "latency", "time.sleep", "asyncio.sleep"},
		{"query", "sql", "db", "database", "select", "execute"},
		{"log", "print", "echo", "say"},
		{"raise", "error", "throw", "fail", "abort", "exception"},
		{"repeat", "loop", "times", "for"},
		{"share", "probability", "chance", "sometimes", "maybe"},
		{"do", "steps", "then"},
		{"cpu", "compute", "work", "busy"},
		{"gil", "lock", "hold"},
		{"send", "yield", "chunk", "write", "emit"},
		{"stream", "streaming", "sse", "chunks", "events"},
		{"form", "fields", "upload", "multipart", "data"},
		{"file", "file_response", "download", "upload", "UploadFile", "bytes", "binary"},
		{"static", "mount", "folders", "files"},
		{"depends", "deps", "dependencies", "needs", "requires"},
		{"dependencies", "deps", "depends"},
		{"parameters", "params", "args", "arguments", "query"},
		{"status", "code", "status_code"},
		{"type", "content_type", "content-type", "media_type", "media-type", "mime"},
		{"body", "response", "content", "json", "text", "answer", "returns"},
		{"response_model", "model", "response-model"},
		{"background", "tasks", "background_tasks", "after"},
		{"async", "async def", "coroutine"},
		{"def", "handler", "sync", "steps"},
		{"size", "pool_size", "max", "connections"},
		{"overflow", "max_overflow"},
		{"timeout", "pool_timeout", "wait"},
		{"pools", "databases", "connections", "db"},
		{"routes", "paths", "endpoints", "handlers", "urls"},
		{"name", "title"},
		{"str", "string", "text", "uuid"},
		{"int", "integer", "long"},
		{"float", "number", "double", "decimal"},
		{"bool", "boolean", "flag"},
	} {
		if slices.Contains(row[1:], given) && slices.Contains(known, row[0]) {
			return row[0]
		}
	}
	return ""
}
