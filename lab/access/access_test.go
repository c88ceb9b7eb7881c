package access_test

import (
	"os"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/lab/access"
)

// The tables of docs/access-logs.md are those of now. UPDATE=1 writes them.
func TestPage(t *testing.T) {
	const name = "../../docs/access-logs.md"
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want, err := access.Fill(string(page), "../programs")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != want {
		t.Errorf("docs/access-logs.md is not what is measured now; UPDATE=1 %s writes it", check.Alone(t))
	}
}

// docs/access-logs.svg is what is drawn now. UPDATE=1 writes it.
func TestPicture(t *testing.T) {
	const name = "../../docs/access-logs.svg"
	want, err := access.Picture()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(name)
	if string(got) != string(want) {
		t.Errorf("docs/access-logs.svg is not what is drawn now (%v); UPDATE=1 %s writes it", err, check.Alone(t))
	}
}
