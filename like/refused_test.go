package like_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/like"
)

// What the real servers refuse is refused with their words and exit status, as lab/commandlines/record.py recorded them.
func TestRefusedAsTheRealOnes(t *testing.T) {
	for _, vintage := range []string{config.Vintage202303, config.VintageCurrent} {
		text, err := os.ReadFile("testdata/refused-" + vintage + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var cases []struct {
			Command, Stderr string
			Status          int
		}
		if err := json.Unmarshal(text, &cases); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			_, err := like.Read(config.Foreign{Line: c.Command, Where: "flag --like", Vintage: vintage})
			var exit *like.Exit
			switch {
			case !errors.As(err, &exit):
				t.Errorf("%s, %s: got %v, want status %d:\n%s", vintage, c.Command, err, c.Status, c.Stderr)
			case exit.Status != c.Status || exit.Text != c.Stderr:
				t.Errorf("%s, %s: got status %d:\n%s\nwant %d:\n%s", vintage, c.Command, exit.Status, exit.Text, c.Status, c.Stderr)
			}
		}
	}
}
