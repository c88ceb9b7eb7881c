package targettest_test

import (
	"testing"

	"github.com/target-server/target-server/targettest"
)

// What a test pays for a server of its own: from nothing to the first answer, and to its end.
func BenchmarkServer(b *testing.B) {
	for _, c := range []struct {
		name    string
		options []targettest.Option
	}{
		{"socket", nil},
		{"memory", []targettest.Option{targettest.InMemory()}},
		{"processes=1", []targettest.Option{targettest.Processes(1)}},
		{"processes=2", []targettest.Option{targettest.Processes(2)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				s := targettest.New(b, c.options...)
				if _, err := get(s, "/?id=1"); err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}
