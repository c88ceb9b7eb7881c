package boundaries_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/boundaries"
	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/sequences"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/lab/venue"
)

// recorded is the folder of the recordings.
const recorded = "recorded"

// Target-server, in simulated time, does with each recorded sequence what the real server did, except where it is known to differ.
// A known difference that is gone must leave the list: UPDATE=1 go test ./lab/boundaries writes it again.
func TestTargetServerMeetsWhatWasRecorded(t *testing.T) {
	known, err := boundaries.Known(recorded)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	differ := map[string]bool{}
	t.Run("servers", func(t *testing.T) {
		for _, server := range boundaries.Servers() {
			for _, vintage := range servers.Vintages() {
				t.Run(server.Name+"/"+vintage, func(t *testing.T) {
					t.Parallel()
					for name, diff := range replay(t, server, vintage) {
						if boundaries.Reason(known, server.Name, vintage, name, false) == "" {
							t.Errorf("%s(only this: go run ./lab/cmd/lab --boundaries %d --stack %s --vintage %s --sequences %s)", diff,
								boundaries.Recorded, server.Config.Stack, vintage, name)
						}
						mu.Lock()
						differ[server.Name+" "+vintage+" "+name] = true
						mu.Unlock()
					}
				})
			}
		}
	})
	still := func(server, vintage, name string) bool { return differ[server+" "+vintage+" "+name] }
	if os.Getenv("UPDATE") != "" {
		if err := boundaries.SaveKnown(recorded, known, still); err != nil {
			t.Error(err)
		}
		return
	}
	for _, d := range known {
		gone := slices.DeleteFunc(strings.Fields(d.Names), func(name string) bool { return still(d.Server, d.Vintage, name) })
		if len(gone) > 0 {
			t.Errorf("%s at %s does not differ any more with %v (UPDATE=1 go test ./lab/boundaries removes them from the list)", d.Server,
				d.Vintage, gone)
		}
	}
}

// replay plays the recorded sequences, and returns the differences by the name of the sequence.
func replay(t *testing.T, server boundaries.Server, vintage string) map[string]string {
	t.Helper()
	recording, err := sequences.LoadRecording(filepath.Join(recorded, server.Name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	all := boundaries.Generate(boundaries.Seed, boundaries.Recorded)
	if digest := sequences.Digest(all); digest != recording.Sequences {
		t.Fatalf("the sequences are not those that were recorded: %s, not %s (go run ./lab/cmd/lab --record --boundaries %d records them)", digest,
			recording.Sequences, boundaries.Recorded)
	}
	wanted := recording.At(vintage)
	if len(wanted) < len(all)*9/10 {
		t.Errorf("only %d of %d sequences are recorded", len(wanted), len(all))
	}
	got, err := simulate(server, vintage, all)
	if err != nil {
		t.Fatal(err)
	}
	differ := map[string]string{}
	for name, text := range wanted {
		if got[name] != text {
			differ[name] = sequences.Diff(name, text, got[name])
		}
	}
	return differ
}

// simulate plays sequences one after the other on target-server in simulated time. A server that ends is started again.
func simulate(server boundaries.Server, vintage string, all []sequences.Sequence) (map[string]string, error) {
	cfg := server.Config
	cfg.Vintage = vintage
	args := servers.Ours{}.Command(cfg, venue.SimulatedPort).Args[1:]
	got := map[string]string{}
	for len(got) < len(all) {
		before := len(got)
		err := venue.Play(args, 24*time.Hour, func(place *venue.Simulated) {
			normaliser := facts.NewNormaliser(venue.SimulatedPort, nil)
			for _, s := range all[before:] {
				conn, err := place.Dial(time.Second)
				if err != nil {
					return
				}
				got[s.Name] = sequences.Converse(conn, s.Pieces, normaliser).String()
			}
		})
		if err != nil {
			return nil, err
		}
		if len(got) == before {
			return nil, fmt.Errorf("%s: the server does not accept a connection", all[before].Name)
		}
	}
	return got, nil
}

// Every recording is of a server that is replayed.
func TestNoRecordingIsLeftOver(t *testing.T) {
	want := []string{filepath.Join(recorded, "differs.yaml")}
	for _, server := range boundaries.Servers() {
		want = append(want, filepath.Join(recorded, server.Name+".yaml"))
	}
	slices.Sort(want)
	if files, err := filepath.Glob(filepath.Join(recorded, "*")); err != nil || !slices.Equal(files, want) {
		t.Errorf("there are %q, %v; want %q", files, err, want)
	}
}
