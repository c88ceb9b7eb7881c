package files

// Release is how the releases of Starlette differ. It must not change once it is in use.
type Release struct {
	anyType string // the type of a file whose name tells none
	// quotesTag: the entity tag stands in quotes, as HTTP has it.
	quotesTag bool
	// HasRanges: a part of a file can be asked for, and the client is listened to meanwhile.
	HasRanges bool
	// listsTags: If-None-Match may be a list, or *, and decides alone.
	listsTags bool
	// TellsMethods: the 405 of a folder has an Allow line.
	TellsMethods bool
	// RewritesPath: the scope of a folder's request has the path within the folder.
	RewritesPath bool
	// checksPaths: what cannot be a path is not found; otherwise it raises an exception.
	checksPaths bool
}

// Starlette026 is Starlette 0.26.1.
func Starlette026() *Release { return &Release{anyType: "text/plain", RewritesPath: true} }

// Starlette110 is Starlette 1.10.0.
func Starlette110() *Release {
	return &Release{anyType: "application/octet-stream", quotesTag: true, HasRanges: true, listsTags: true, TellsMethods: true, checksPaths: true}
}

// Type is the type of a file whose route or folder names none.
func (r *Release) Type(path string) string {
	if guessed := GuessType(path); guessed != "" {
		return guessed
	}
	return r.anyType
}
