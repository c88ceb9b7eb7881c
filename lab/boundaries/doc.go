// Package boundaries generates byte sequences at the boundaries of HTTP/1.1, from a seed: chunks, trailers, lengths, targets,
// hosts, Expect, Connection, upgrades, fields, sizes near every known limit, and requests that are cut anywhere.
//
// A [Family] generates sequences about one matter. The same seed, family and number give the same sequence, whatever else is
// generated, so its name alone, such as chunk-size/17, says what was sent:
//
//	sequences := boundaries.Generate(boundaries.Seed, 500)
//
// Nothing here says what a server ought to answer: package sequences asks the real one.
package boundaries
