package http1

// Dialect is what one real parser, as one real server calls it, does where
// HTTP/1.1 parsers differ. It is a table of decisions: the parser asks it and
// never asks which dialect it is. A Dialect is read only once in use.
type Dialect struct {
	// Name is the parser and its version, for messages.
	Name string

	// Lines has heads read by lines, with rules of its own; nil for all others.
	Lines *LineRules

	// ByteByByte says that bytes are judged as they come (llhttp). Otherwise
	// nothing is judged until the head is complete (h11), but for the first
	// byte: FirstByte is the least that may begin a request.
	ByteByByte bool
	FirstByte  byte
	// MaxIncomplete is the most bytes an unfinished head, chunk header or
	// trailer section may have when a read has been taken in; 0 is no limit.
	// A larger head that arrives within one read is fine.
	MaxIncomplete int
	// MaxHead is the most bytes, and one more, that target, names and values of a head
	// or trailer section may have in all: beyond it is TooLarge. 0 is no limit.
	MaxHead int
	// MaxFields is the most fields of a head; one more is TooLarge. 0 is no limit.
	MaxFields int

	// Methods are the methods known, each with the protocols it may be used
	// with; nil admits any token.
	Methods map[string]Protocols
	// MethodBeforeSlash says that a method is held against the protocol before
	// the slash that follows the protocol's name, not after it.
	MethodBeforeSlash bool
	// Versions are the versions accepted, nil for any two digits.
	Versions []string
	// TargetChars are the bytes that a path, query or fragment may have, beside
	// the delimiters.
	TargetChars *CharSet
	// Target is how the server gets path and query out of the target, and
	// MaxTarget the longest it takes apart; 0 is no limit.
	Target    TargetRule
	MaxTarget int

	// BareLFLine, BareLFHead and BareLFEmpty say where a line feed will do for
	// CR LF: after the request line, for the empty line that ends the head, and
	// after a field without a value. A byte-by-byte dialect never takes it
	// after a value; one that waits for complete heads takes it everywhere.
	BareLFLine, BareLFHead, BareLFEmpty bool
	// AnyAfterCR says that the byte after a CR is skipped unseen where it ends
	// a head, an empty value or a chunk header (llhttp's loose mode).
	AnyAfterCR bool

	// SpaceInName lets field names have spaces, but for those that the parser
	// itself reads. EmptyName lets a name be empty.
	SpaceInName, EmptyName bool
	// Fold is what becomes of a value continued on a line that begins with
	// white space.
	Fold FoldRule
	// FoldEndsChunked says that chunked no longer counts where its value is continued.
	FoldEndsChunked bool
	// HostOnce demands exactly one Host on 1.1 and at most one elsewhere.
	HostOnce bool
	// ExpectList says that Expect is a list, and meaningful from 1.1 on;
	// otherwise a value must be 100-continue as a whole, in any version.
	ExpectList bool
	// UpgradeAlone says that an Upgrade field counts by itself; otherwise it
	// needs its option in Connection.
	UpgradeAlone bool
	// TabAfterOption lets a tab follow an option in Connection.
	TabAfterOption bool

	// Length is how Content-Length beside Transfer-Encoding is taken.
	Length LengthRule
	// EmptyEncoding lets Transfer-Encoding be empty, and then ignores it.
	EmptyEncoding bool
	// LengthRepeats lets Content-Length be repeated, in a list or in fields of
	// its own, if all are alike.
	LengthRepeats bool
	// LengthDigits is the most digits of a Content-Length, 0 for what fits 64 bits.
	// LengthCrash is the number of digits from which the server fails instead
	// of refusing: Python's int() does not convert more than 4300.
	LengthDigits, LengthCrash int
	// TabAfterLength lets a tab follow a Content-Length.
	TabAfterLength bool
	// StaleLength carries a Content-Length that no body used up (an upgrade's,
	// a trailer's) into the next message, whose digits are appended to it.
	StaleLength bool

	// ChunkExtension is what may follow a chunk's size, ChunkEnd what must
	// follow its data.
	ChunkExtension ExtensionRule
	ChunkEnd       ChunkEndRule
	// MaxExtension is the most bytes of a chunk's extensions, beyond which they are ExtensionTooLarge; 0 is no limit.
	MaxExtension int
	// ChunkDigits is the most digits of a chunk's size, 0 for what fits 64 bits.
	ChunkDigits int

	// UpgradeStops ends parsing after an upgrade's head: its body is not read,
	// and what else came in the same read is dropped.
	UpgradeStops bool
	// UpgradeBody has the body of such a message read, if it is no CONNECT: parsing
	// ends behind it.
	UpgradeBody bool
	// DataAfterClose is what becomes of data after the last message.
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

// TargetRule is how path and query come out of the target.
type TargetRule uint8

const (
	// TargetPartition cuts at the first question mark.
	TargetPartition TargetRule = iota
	// TargetURL has http_parser take the target apart and refuses what it
	// cannot, or what has no path.
	TargetURL
)

// FoldRule is what becomes of a continued value.
type FoldRule uint8

const (
	// FoldRefused refuses it.
	FoldRefused FoldRule = iota
	// FoldJoined replaces the line end and the white space after it by a space.
	FoldJoined
	// FoldKept removes the line end and keeps the white space.
	FoldKept
)

// LengthRule is what Content-Length means beside Transfer-Encoding.
type LengthRule uint8

const (
	// LengthIgnored lets Transfer-Encoding win.
	LengthIgnored LengthRule = iota
	// LengthRefusedAtEnd refuses both when the head is complete.
	LengthRefusedAtEnd
	// LengthRefusedAtName refuses the second at the colon after its name.
	LengthRefusedAtName
)

// ExtensionRule is what may follow a chunk's size.
type ExtensionRule uint8

const (
	// ExtensionLine takes anything after a semicolon, and white space at the end.
	ExtensionLine ExtensionRule = iota
	// ExtensionText takes field value characters after a semicolon or a space.
	ExtensionText
	// ExtensionGrammar takes names, values and quoted strings, no white space.
	ExtensionGrammar
)

// ChunkEndRule is what must follow a chunk's data.
type ChunkEndRule uint8

const (
	// ChunkEndUnseen skips two bytes.
	ChunkEndUnseen ChunkEndRule = iota
	// ChunkEndCRLF demands CR LF.
	ChunkEndCRLF
)

// CloseRule is what becomes of data after the last message of a connection.
type CloseRule uint8

const (
	// CloseRefuses makes it Bad at once, before the last message is answered.
	CloseRefuses CloseRule = iota
	// CloseRefusesNextRead overlooks what came in the same read, and makes it
	// Bad when more comes.
	CloseRefusesNextRead
	// CloseDrops reads and forgets it.
	CloseDrops
	// CloseSkipsLines overlooks line ends, and makes anything else Bad at once.
	CloseSkipsLines
)
