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
	About     string   // one sentence: what a user would meet
	Scenarios []string // those that are played; one of them must catch it
	Edits     []Edit
	Processes bool // takes several processes, and so the real binary
}

// Edit replaces a text that stands once in a file of the project.
type Edit struct {
	File, Old, New string
}

// All lists every variant.
func All() []Variant {
	return slices.Concat(pool(), threads(), loops(), wire(), details(), ends(), stopping(), processes(), others(), pythons(), onTrio(), http2(), tomcat())
}

// ErrStale says that an edit does not fit the source any more.
var ErrStale = errors.New("the variant is stale")

// Edited gives the files of the project below root that the variant changes,
// by name, as they read with its mistake.
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
			return nil, fmt.Errorf("%s: %w: %s has this text %d times, not once:\n%s", v.Name, ErrStale, e.File, n, e.Old)
		}
		files[e.File] = strings.Replace(text, e.Old, e.New, 1)
	}
	return files, nil
}
