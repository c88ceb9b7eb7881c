package spelling_test

import (
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/spelling"
)

func TestNearest(t *testing.T) {
	known := []string{"async", "def", "keep-alive", "limit"}
	for given, want := range map[string]string{
		"asnyc": "async", "asyn": "async", "asyncc": "async", "keep_alive": "keep-alive", "keepalvie": "keep-alive",
		"dfe": "def", "limits": "limit", "wait": "", "": "", "fed": "",
	} {
		check.Equal(t, given, spelling.Nearest(given, known), want)
	}
}
