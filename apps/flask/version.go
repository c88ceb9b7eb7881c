package flask

// Version is how the releases of Flask and Werkzeug differ. It must not change once it is in use.
type Version struct {
	// MergesPairs: slashes are merged two by two, so that three become two (StateMachineMatcher.match, whose expression
	// was not greedy).
	MergesPairs bool
	// ChecksHost: a Host with characters that no name or address has counts as none, and one with a label that IDNA
	// does not allow is a bad request (werkzeug.sansio.utils.get_host since 3.1.7, Map.bind since 3.0). Before, only
	// characters outside ASCII were checked.
	ChecksHost bool
	// KeepsInvalid: bytes of a parameter that are not UTF-8 stay percent-encoded, and a query that is not UTF-8 itself
	// fails (Request.args since 2.3). Before, such bytes were replaced.
	KeepsInvalid bool
	// PathSafe are the characters of a path that a redirect does not encode, besides letters, digits and "-._~".
	PathSafe string
	// PathKept and QueryKept are the characters that iri_to_uri does not encode, besides those.
	PathKept, QueryKept string
	// LocationAsIs: iri_to_uri does not change what is ASCII and has no white space (safe_conversion).
	LocationAsIs bool
	// ChecksNumbers: a path with an integer of too many digits for Python matches no rule (NumberConverter.to_python
	// since 2.3). Before, it is an exception.
	ChecksNumbers bool
	// KnowsMisdirected: there is an exception of status 421.
	KnowsMisdirected bool

	// What the server brings about.

	// ServerName is SERVER_NAME, which a request without a Host field names; empty for the address that it came to.
	ServerName string
	// RootLogs: the root logger prints what Flask logs, in the form of logging.basicConfig, and so Flask's own handler does
	// not (flask.logging.has_level_handler).
	RootLogs bool
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
	KeepsInvalid: true, ChecksNumbers: true, KnowsMisdirected: true,
	PathSafe:  "!$&'()*+,/:;=@",
	PathKept:  "%!$&'()*+,/:;=@",
	QueryKept: "%!$&'()*+,/:;=?@",
}
