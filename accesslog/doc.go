// Package accesslog writes access lines in the formats of gunicorn and Hypercorn: text with atoms such as %(h)s, or one
// JSON object per line.
//
//	f, err := accesslog.Parse(`%(h)s "%(r)s" %(s)s %(D)s`)
//	line := f.Append(nil, &accesslog.Record{…})
//
// The atoms are those of gunicorn (gunicorn.glogging.Logger.atoms) and of Hypercorn (hypercorn.logging.AccessLogAtoms).
// Where they mean different things in the two servers, the [Dialect] decides. An atom without a value is "-", and so is
// one that only the other server has. A conversion may have a width and a precision, as in %(a).20s and %(D)8d. Text
// formats show what the client sent as the real server does, control characters included; JSON lines are printable
// ASCII.
//
// A format that has a mistake is refused as a whole. So is a name that neither server has, although both show "-" for
// it: a misspelt atom is found at the start, not in the log.
package accesslog
