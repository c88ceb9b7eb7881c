package form

// Version is how releases of Starlette and python-multipart differ. Nothing changes it once it is in use.
type Version struct {
	options   func(value []byte) (string, map[string][]byte) // parse_options_header
	multipart func(boundary []byte, p *parts) (parser, error)
	broken    string // what is told of a form that python-multipart cannot parse
	// maxText is how long a text may be, without a limit if it is 0.
	maxText int
	// semicolons separate fields of a form that is not multipart; a last field without an equals sign is none.
	semicolons bool
	// limitsFields: a form that is not multipart may have only so many fields.
	limitsFields bool
	// writesAhead: the write that moves a file from memory to disk happens in a thread.
	writesAhead bool
	// spool is up to which size a file stays in memory.
	spool int64
}

const (
	maxFiles  = 1000
	maxFields = 1000
	maxSpool  = 1 << 20
)

// unparsed is what FastAPI tells of any exception while a form is read.
const unparsed = "There was an error parsing the body"

// Starlette026 is Starlette 0.26.1 with python-multipart 0.0.6.
func Starlette026() *Version {
	return &Version{options: options006, multipart: newMultipart006, broken: unparsed, semicolons: true, spool: maxSpool}
}

// Starlette110 is Starlette 1.10.0 with python-multipart 0.0.34.
func Starlette110() *Version {
	return &Version{
		options: options034, multipart: newMultipart034, broken: "Invalid multipart data.",
		maxText: 1 << 20, limitsFields: true, writesAhead: true, spool: maxSpool,
	}
}
