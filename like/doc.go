// Package like reads the real servers' own settings: the command line of uvicorn, gunicorn, hypercorn or waitress-serve
// that --like names, and the environment variables that these programs read (WEB_CONCURRENCY, UVICORN_…,
// GUNICORN_CMD_ARGS, FORWARDED_ALLOW_IPS, PORT).
//
//	v, err := like.Read(config.Foreign{Line: "uvicorn app:app --workers 2", Vintage: "current"})
//	// v.Values: stack=uvicorn, addr=127.0.0.1:8000, workers=2
//
// A line is parsed as the program's own parser does it: click, argparse or getopt, with the options that the program has
// at the vintage (tables/, extracted from the real ones by lab/commandlines). What that parser refuses is refused here
// with its words and its exit status, as an [Exit]. What it accepts is translated to settings of target-server, by
// their names; those that do not exist, or have no counterpart, are returned as ignored, with the reason.
//
// The package reads no file, and does not look for the application that a line names.
package like
