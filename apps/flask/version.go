package flask

// Version is what releases of Flask and Werkzeug decide differently. A Version is read only once in use.
type Version struct {
	// MergesPairs says that a run of slashes is merged two by two, so that three of them become two
	// (StateMachineMatcher.match, whose expression was not greedy).
	MergesPairs bool
	// ChecksHost takes a Host that has other characters than a name or an address for none, and a label that IDNA does
	// not allow for a bad request (werkzeug.sansio.utils.get_host since 3.1.7, Map.bind since 3.0). Before, only what is
	// not ASCII was looked at.
	ChecksHost bool
	// KeepsInvalid leaves bytes of a parameter that are no UTF-8 percent-encoded, and fails on a query that is none
	// itself (Request.args since 2.3). Before, they are replaced.
	KeepsInvalid bool
	// PathSafe are the characters of a path that a redirect does not encode, beside letters, digits and "-._~".
	PathSafe string
	// PathKept, QueryKept are the characters that iri_to_uri does not encode.
	PathKept, QueryKept string
	// LocationAsIs says that iri_to_uri leaves alone what is ASCII and has no space (safe_conversion).
	LocationAsIs bool
}

// V22 is Flask 2.2.3 on Werkzeug 2.2.3.
var V22 = Version{
	MergesPairs:  true,
	PathSafe:     "/:|+$!'()*,;",
	PathKept:     ":/?#[]@!$&'()*+,;=%",
	QueryKept:    ":/?#[]@!$&'()*+,;=%",
	LocationAsIs: true,
}

// V31 is Flask 3.1.3 on Werkzeug 3.1.9.
var V31 = Version{
	ChecksHost:   true,
	KeepsInvalid: true,
	PathSafe:     "!$&'()*+,/:;=@",
	PathKept:     "%!$&'()*+,/:;=@",
	QueryKept:    "%!$&'()*+,/:;=?@",
}
