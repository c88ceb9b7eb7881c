// Package pyvalue reads and writes values as Python 3.11 does: int(), float(), str() and json.dumps().
//
//	text, ok := pyvalue.Int(" 1_000 ") // "1000", true
package pyvalue
