package tomcat

// Version is what one version of Tomcat decides differently from another.
type Version struct {
	// Server is how reports and the log call it.
	Server string

	// LowersNames: the names of fields are made small letters where they stand, as
	// reports show (Http11InputBuffer.parseHeader, until HttpHeaderParser came).
	LowersNames bool
	// EmptyNames: a field's name may be empty.
	EmptyNames bool
	// FoldsMethods: CONNECT, OPTIONS of * and TRACE may be spelled in any letters.
	FoldsMethods bool
	// FoldsHosts: a host in the target and the one in Host may differ in capitals.
	FoldsHosts bool
	// OldIsGet: HTTP/0.9 has no method but GET.
	OldIsGet bool
	// ChunksAreNew: chunks are refused in HTTP/1.0.
	ChunksAreNew bool
	// KnowsPatch: a servlet knows PATCH and does not have it (405); otherwise it is unknown (501).
	KnowsPatch bool
	// ChecksParameters: a parameter that cannot be decoded fails the request;
	// otherwise it is left out, or its bytes are replaced.
	ChecksParameters bool

	// HeaderLine is the report of a wrong line, with its text between the two;
	// NotHex and NoSlash are those of escapes in the path.
	HeaderLine      [2]string
	NotHex, NoSlash string

	// Frames are where the exceptions of its reports come from, innermost first:
	// class, method and line, with spaces between. Outer are the frames below all
	// of them, and Call those below a servlet's.
	Frames    map[site]string
	HostLines map[hostLine]string
	Outer     string
	Call      string
}

// Tomcat1017 is Tomcat 10.1.7, of March 2023.
var Tomcat1017 = Version{
	Server:      "Apache Tomcat/10.1.7",
	LowersNames: true, EmptyNames: true, FoldsMethods: true,
	HeaderLine: [2]string{"The HTTP header line [", "] does not conform to RFC 7230 and has been ignored."},
	NotHex:     "isHexDigit", NoSlash: "noSlash",
	Frames: frames1017, HostLines: hostLines1017, Outer: outer1017,
}

// Tomcat11027 is Tomcat 11.0.27.
var Tomcat11027 = Version{
	Server:     "Apache Tomcat/11.0.27",
	FoldsHosts: true, OldIsGet: true, ChunksAreNew: true, KnowsPatch: true, ChecksParameters: true,
	HeaderLine: [2]string{"The HTTP header line [", "] does not conform to RFC 9112. The request has been rejected."},
	NotHex:     "The hexadecimal encoding is invalid", NoSlash: "The encoded slash character is not allowed",
	Frames: frames11027, HostLines: hostLines11027, Outer: outer11027, Call: call11027,
}
