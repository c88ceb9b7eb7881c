package tomcat

// Version is how the versions of Tomcat differ.
type Version struct {
	// Server is its name in reports and in the log.
	Server string

	// LowersNames: the names of fields are put in lower case in the buffer, as reports show
	// (Http11InputBuffer.parseHeader, until there was an HttpHeaderParser).
	LowersNames bool
	// EmptyNames: a field's name may be empty.
	EmptyNames bool
	// FoldsMethods: the case of CONNECT, TRACE and OPTIONS with target * does not matter.
	FoldsMethods bool
	// FoldsHosts: a host in the target may differ from the one in Host by case.
	FoldsHosts bool
	// OldIsGet: HTTP/0.9 has no method but GET.
	OldIsGet bool
	// ChunksAreNew: a chunked body is refused in HTTP/1.0.
	ChunksAreNew bool
	// KnowsPatch: PATCH is answered with 405, as a method that the servlet does not implement. Otherwise it is unknown
	// (501).
	KnowsPatch bool
	// ChecksParameters: a parameter that cannot be decoded fails the request. Otherwise it is left out, or its
	// malformed bytes are replaced.
	ChecksParameters bool
	// ChecksChunks: chunk extensions and trailers have a form, and a wrong one ends the connection.
	ChecksChunks bool
	// ExplainsLacking: status 401 is explained in other words.
	ExplainsLacking bool

	// PortBits is the size of the number that a host's port must fit into.
	PortBits int
	// HeaderLine is the report of a malformed line, whose text goes between the two strings.
	HeaderLine [2]string
	// NotHex and NoSlash are the reports of malformed escapes in the path.
	NotHex, NoSlash string

	// Frames are where the exceptions of its reports are thrown, the innermost first: class, method and line, separated
	// by spaces. Outer are the frames below all of them, and Call those below a servlet's.
	Frames      map[site]string
	Outer, Call string
	// HeadCall is Call for HEAD.
	HeadCall string
	// AcceptLines are the lines of a failure to accept: in NioEndpoint.serverSocketAccept, in its bridge, and in
	// Acceptor.run.
	AcceptLines [3]int
	// HostLines are the frames of each branch of the parser of hosts.
	HostLines map[hostLine]string
}

// Tomcat1017 is Tomcat 10.1.7, of March 2023.
var Tomcat1017 = Version{
	Server:      "Apache Tomcat/10.1.7",
	LowersNames: true, EmptyNames: true, FoldsMethods: true, PortBits: 64,
	HeaderLine: [2]string{"The HTTP header line [", "] does not conform to RFC 7230 and has been ignored."},
	NotHex:     "isHexDigit", NoSlash: "noSlash",
	Frames: frames1017, HostLines: hostLines1017, Outer: outer1017,
	AcceptLines: [3]int{521, 79, 128},
}

// Tomcat11027 is Tomcat 11.0.27.
var Tomcat11027 = Version{
	Server:     "Apache Tomcat/11.0.27",
	FoldsHosts: true, OldIsGet: true, ChunksAreNew: true, KnowsPatch: true, ChecksParameters: true, ChecksChunks: true, ExplainsLacking: true, PortBits: 32,
	HeaderLine: [2]string{"The HTTP header line [", "] does not conform to RFC 9112. The request has been rejected."},
	NotHex:     "The hexadecimal encoding is invalid", NoSlash: "The encoded slash character is not allowed",
	Frames: frames11027, HostLines: hostLines11027, Outer: outer11027, Call: call11027, HeadCall: headCall11027,
	AcceptLines: [3]int{792, 73, 145},
}
