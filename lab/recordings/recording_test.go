package recordings

import (
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/facts"
)

func example() Recording {
	return Recording{
		Scenario: "example", About: "What is it?", Stack: "uvicorn", Vintage: "2023-03", Recorded: "2026-11-22",
		Versions: map[string]string{"uvicorn": "0.21.1"},
		Facts: []facts.Fact{
			facts.NewExact("bytes", "HTTP/1.1 200 OK\na: b\n\n\"hello\" \n-- FIN"),
			facts.NewNear("answered at", 100*time.Millisecond, time.Second, 2*time.Second),
			facts.NewOrder("starts", 2, []string{"1", "2", "3"}),
			facts.NewShare("part", 0.2, 3, 4),
		},
		Unstable: []string{"spread"},
	}
}

func TestSaveAndLoad(t *testing.T) {
	store := Store{Dir: t.TempDir()}
	want := example()
	if err := store.Save(want); err != nil {
		t.Fatal(err)
	}
	got, err := store.Load("uvicorn", "2023-03", "example")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if _, err := store.Load("uvicorn", "2023-03", "other"); err == nil {
		t.Error("a recording that does not exist was loaded")
	}
}

func TestSaveKeepsWhatStillHolds(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*Recording)
		rewrite bool
	}{
		{"another date", func(r *Recording) { r.Recorded = "2027-01-01" }, false},
		{"a time within tolerance", func(r *Recording) { r.Facts[1].Value = "1.05 2.00" }, false},
		{"a time beyond it", func(r *Recording) { r.Facts[1].Value = "1.50 2.00" }, true},
		{"other bytes", func(r *Recording) { r.Facts[0].Value = "x" }, true},
		{"another tolerance", func(r *Recording) { r.Facts[1].Tolerance = 0.3 }, true},
		{"one fact fewer", func(r *Recording) { r.Facts = r.Facts[1:] }, true},
		{"other versions", func(r *Recording) { r.Versions = map[string]string{"uvicorn": "0.22"} }, true},
		{"one more unstable", func(r *Recording) { r.Unstable = append(r.Unstable, "y") }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := Store{Dir: t.TempDir()}
			if err := store.Save(example()); err != nil {
				t.Fatal(err)
			}
			before := read(t, store)
			changed := example()
			test.change(&changed)
			if err := store.Save(changed); err != nil {
				t.Fatal(err)
			}
			if rewritten := read(t, store) != before; rewritten != test.rewrite {
				t.Errorf("written again: got %v, want %v", rewritten, test.rewrite)
			}
		})
	}
}

func read(t *testing.T, store Store) string {
	t.Helper()
	data, err := os.ReadFile(store.path("uvicorn", "2023-03", "example"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
