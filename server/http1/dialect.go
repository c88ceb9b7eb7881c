package http1

// Dialect is how one real parser, as one real server calls it, behaves where
// HTTP/1.1 parsers differ. It is a table of decisions: the parser reads it and
// never asks which dialect it is. A Dialect must not be changed once it is used.
type Dialect struct {
	// Name is the parser and its version, for messages.
	Name string

	// Lines are the rules of a dialect that reads heads by lines; nil for all others.
	Lines *LineRules

	// ByteByByte processes bytes as they arrive (llhttp). Otherwise nothing is
	// checked until the head is complete (h11), except the first byte: FirstByte
	// is the lowest that may begin a request.
	ByteByByte bool
	FirstByte  byte
	// MaxIncomplete is how many bytes an incomplete head, chunk header or trailer
	// section may have after a read; 0 means no limit. A larger head is accepted if
	// it arrives in one read.
	MaxIncomplete int
	// MaxHead is the number of bytes in target, names and values of a head or trailer
	// section, all together, at which it is TooLarge. 0 means no limit.
	MaxHead int
	// MaxFields is how many fields a head may have; one more is TooLarge. 0 means no limit.
	MaxFields int

	// Methods are the known methods, each with the protocols for which it is
	// accepted; nil accepts any token.
	Methods map[string]Protocols
	// MethodBeforeSlash checks the method against the protocol before the slash
	// that follows the protocol's name, not after it.
	MethodBeforeSlash bool
	// Versions are the accepted versions; nil accepts any two digits.
	Versions []string
	// TargetChars are the bytes that a path, query or fragment may contain, besides
	// the delimiters.
	TargetChars *CharSet
	// Target is how the server splits the target into path and query, and MaxTarget
	// the longest target that it can split; 0 means no limit.
	Target    TargetRule
	MaxTarget int

	// BareLFLine, BareLFHead and BareLFEmpty accept a line feed instead of CR LF:
	// after the request line, as the empty line that ends the head, and after a
	// field without a value. A byte-by-byte dialect never accepts it after a
	// value; one that waits for complete heads accepts it everywhere.
	BareLFLine, BareLFHead, BareLFEmpty bool
	// AnyAfterCR accepts any byte after the CR that ends a head, an empty value or
	// a chunk header (llhttp's loose mode).
	AnyAfterCR bool

	// SpaceInName accepts spaces in field names, except those that the parser
	// itself reads. EmptyName accepts an empty name.
	SpaceInName, EmptyName bool
	// Fold is what happens to a value that continues on a line that begins with
	// white space.
	Fold FoldRule
	// FoldEndsChunked ignores chunked in a value that is continued.
	FoldEndsChunked bool
	// HostOnce requires exactly one Host in 1.1, and at most one in other versions.
	HostOnce bool
	// ExpectList reads Expect as a list, from version 1.1 on; otherwise the whole
	// value must be 100-continue, in any version.
	ExpectList bool
	// UpgradeAlone accepts an Upgrade field by itself; otherwise it needs its
	// option in Connection.
	UpgradeAlone bool
	// TabAfterOption accepts a tab after an option in Connection.
	TabAfterOption bool

	// Length is what happens to Content-Length together with Transfer-Encoding.
	Length LengthRule
	// EmptyEncoding accepts and ignores an empty Transfer-Encoding.
	EmptyEncoding bool
	// LengthRepeats accepts a repeated Content-Length, in a list or in several
	// fields, if all are equal.
	LengthRepeats bool
	// LengthDigits is how many digits a Content-Length may have; 0 means as many as
	// fit 64 bits. LengthCrash is the number of digits at which the server fails
	// instead of refusing: Python's int() does not convert more than 4300.
	LengthDigits, LengthCrash int
	// TabAfterLength accepts a tab after a Content-Length.
	TabAfterLength bool
	// StaleLength keeps a Content-Length that no body has used up (of an upgrade,
	// or in a trailer) for the next message, whose digits are appended to it.
	StaleLength bool

	// ChunkExtension is what may follow a chunk's size, and ChunkEnd what must
	// follow its data.
	ChunkExtension ExtensionRule
	ChunkEnd       ChunkEndRule
	// MaxExtension is how many bytes a chunk's extensions may have; one more is
	// ExtensionTooLarge. 0 means no limit.
	MaxExtension int
	// ChunkDigits is how many digits a chunk's size may have; 0 means as many as fit
	// 64 bits.
	ChunkDigits int

	// UpgradeStops ends parsing after the head of an upgrade: its body is not read,
	// and the rest of the same read is dropped.
	UpgradeStops bool
	// UpgradeBody reads the body of such a message, except for CONNECT: parsing ends
	// after it.
	UpgradeBody bool
	// DataAfterClose is what happens to data after the last message.
	DataAfterClose CloseRule
}

// Protocols is a set of protocols that a request line may name.
type Protocols uint8

// The protocols that llhttp knows in a request line.
const (
	ProtocolHTTP Protocols = 1 << iota
	ProtocolRTSP
	ProtocolICE
)

// TargetRule is how the target is split into path and query.
type TargetRule uint8

const (
	// TargetPartition cuts at the first question mark.
	TargetPartition TargetRule = iota
	// TargetURL splits as http_parser does, and refuses a target that it cannot
	// split, or that has no path.
	TargetURL
)

// FoldRule is what happens to a continued value.
type FoldRule uint8

const (
	// FoldRefused refuses it.
	FoldRefused FoldRule = iota
	// FoldJoined replaces the line end and the white space after it by a space.
	FoldJoined
	// FoldKept removes the line end and keeps the white space.
	FoldKept
)

// LengthRule is what happens to Content-Length together with Transfer-Encoding.
type LengthRule uint8

const (
	// LengthIgnored ignores Content-Length.
	LengthIgnored LengthRule = iota
	// LengthRefusedAtEnd refuses both when the head is complete.
	LengthRefusedAtEnd
	// LengthRefusedAtName refuses the second at the colon after its name.
	LengthRefusedAtName
)

// ExtensionRule is what may follow a chunk's size.
type ExtensionRule uint8

const (
	// ExtensionLine accepts anything after a semicolon, and white space at the end.
	ExtensionLine ExtensionRule = iota
	// ExtensionText accepts field value characters after a semicolon or a space.
	ExtensionText
	// ExtensionGrammar accepts names, values and quoted strings, but no white space.
	ExtensionGrammar
)

// ChunkEndRule is what must follow a chunk's data.
type ChunkEndRule uint8

const (
	// ChunkEndUnseen skips any two bytes.
	ChunkEndUnseen ChunkEndRule = iota
	// ChunkEndCRLF requires CR LF.
	ChunkEndCRLF
)

// CloseRule is what happens to data after the last message of a connection.
type CloseRule uint8

const (
	// CloseRefuses returns Bad at once, before the last message is answered.
	CloseRefuses CloseRule = iota
	// CloseRefusesNextRead ignores the rest of the same read, and returns Bad for
	// the next.
	CloseRefusesNextRead
	// CloseDrops reads and ignores it.
	CloseDrops
	// CloseSkipsLines ignores line ends, and returns Bad for anything else at once.
	CloseSkipsLines
)
