package variants

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Variant is one deliberate mistake.
type Variant struct {
	Name      string
	About     string   // one sentence: what a user would notice
	Scenarios []string // the scenarios to play; one of them must catch it
	Edits     []Edit
	Processes bool // needs several processes, and therefore the real binary
}

// Edit replaces a text that occurs once in a file of the project.
type Edit struct {
	File, Old, New string
}

// All lists every variant.
func All() []Variant {
	return slices.Concat(pool(), threads(), loops(), wire(), options(), handshakes(), details(), ends(), stopping(), processes(), others(), pythons(), wsgi(), onTrio(), http2(), hypercornRules(), tomcat(), programs(), programEnds(), programFiles(), programStreams(), programPools(), interpreters(), accessFormats())
}

// ErrStale means that an edit no longer fits the source.
var ErrStale = errors.New("the variant is stale")

// Edited returns the files of the project below root that the variant changes, by name, with the edit
// applied.
func (v Variant) Edited(root string) (map[string]string, error) {
	files := map[string]string{}
	for _, e := range v.Edits {
		text, ok := files[e.File]
		if !ok {
			data, err := os.ReadFile(filepath.Join(root, e.File))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", v.Name, err)
			}
			text = string(data)
		}
		if n := strings.Count(text, e.Old); n != 1 {
			return nil, fmt.Errorf("%s: %w: %s contains this text %d times instead of once:\n%s", v.Name, ErrStale, e.File, n, e.Old)
		}
		files[e.File] = strings.Replace(text, e.Old, e.New, 1)
	}
	return files, nil
}
