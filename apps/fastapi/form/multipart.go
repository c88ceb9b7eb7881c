package form

// state is where in a body a multipart parser is (python_multipart.multipart.MultipartState).
type state uint8

const (
	start state = iota
	startBoundary
	headerFieldStart
	headerField
	headerValueStart
	headerValue
	headerValueAlmostDone
	headersAlmostDone
	partDataStart // in 0.0.6 only
	partData
	boundaryPadding // since 0.0.34
	endBoundary     // since 0.0.34
	end
)

// multipart is what both releases of the parser keep.
type multipart struct {
	parts    *parts
	boundary []byte // with the line end and hyphens before it
	state    state
	index    int // in the boundary
	// atPart and atLast: what follows the boundary may be the end of a line, or the last boundary's hyphens.
	atPart, atLast bool

	data []byte // what is being parsed
	at   int    // where in it

	name, value, content mark
}

// mark is where in the data something begins that has not been told of yet.
type mark struct {
	set bool
	at  int // negative if it began with a part of the boundary that the data before ended with
}

func (m *mark) put(at int) { *m = mark{true, at} }

func delimiter(boundary []byte) []byte { return append([]byte("\r\n--"), boundary...) }
