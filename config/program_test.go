package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
)

// programAt writes a program to a file of the test's own, and returns its path.
func programAt(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const shop = "name: shop\nroutes: {GET /: {def: [{sleep: 5ms}]}}\n"

func TestAProgramComesFromAnySource(t *testing.T) {
	path := programAt(t, shop)
	for name, src := range map[string]Sources{
		"flag":        from([]string{"--program", path}, nil),
		"environment": from(nil, []string{"TARGET_SERVER_PROGRAM=" + path}),
		"file":        from([]string{"--config", write(t, "program: "+path)}, nil),
		"a flag beats the environment, which is not read": from([]string{"--program", path}, []string{"TARGET_SERVER_PROGRAM=/none"}),
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := Load(src)
			if err != nil || cfg.Program == nil {
				t.Fatalf("%v, program %v", err, cfg.Program)
			}
			check.Equal(t, "name", cfg.Program.Name, "shop")
			check.Equal(t, "file", cfg.Program.File, path)
		})
	}
}

func TestAProgramMayBeBuiltIn(t *testing.T) {
	t.Chdir(t.TempDir())
	cfg, err := Load(from([]string{"--program", "crud"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	check.Equal(t, "name", cfg.Program.Name, "crud")
	if err := os.WriteFile("crud", []byte(shop), 0o600); err != nil {
		t.Fatal(err)
	}
	if cfg, err = Load(from([]string{"--program", "crud"}, nil)); err != nil {
		t.Fatal(err)
	}
	check.Equal(t, "name with a file of that name", cfg.Program.Name, "shop")
}

func TestWrongPrograms(t *testing.T) {
	path := programAt(t, "routes:\n  GET /: {def: [{sleep: soon}]}\n  GET /x: {}\n")
	right := programAt(t, shop)
	folder := t.TempDir()
	for _, tt := range []struct {
		args, env string
		want      []string
	}{
		{"--program " + path, "", []string{path + `:2:25: "soon" is not a duration`, path + `:3:11: a route needs def or async`}},
		{"--program=", "", []string{`flag --program: "" is empty; accepted: the path of a program`}},
		{"--program /none", "", []string{`flag --program: "/none" cannot be opened (no such file or directory); accepted: a readable YAML file, or the name of a built-in program: async-misuse, `}},
		{"--program crub", "", []string{`flag --program: "crub" cannot be opened (no such file or directory); did you mean crud? accepted: `}},
		{"--program " + folder, "", []string{`flag --program: "` + folder + `" is a directory; accepted: `}},
		{"", "TARGET_SERVER_PROGRAM=/none", []string{`environment variable TARGET_SERVER_PROGRAM: "/none" cannot be opened`}},
		{"--mode threadpool --program " + right, "", []string{`flag --mode: "threadpool" belongs to the article's program, and flag --program serves another; give only one of them`}},
		{"--mode cooperative", "TARGET_SERVER_PROGRAM=" + right, []string{`flag --mode: "cooperative" belongs to the article's program, and environment variable TARGET_SERVER_PROGRAM serves another; `}},
		{"--program " + right, "TARGET_SERVER_MODE=threadpool", []string{`environment variable TARGET_SERVER_MODE: "threadpool" belongs to`}},
		{"--sleep 5s --program " + right, "", []string{`flag --sleep: "5s" belongs to the article's program, and flag --program serves another; give only one of them (in the program, a sleep is a step of a route: {sleep: 5s})`}},
	} {
		t.Run(tt.args+tt.env, func(t *testing.T) {
			_, err := Load(from(strings.Fields(tt.args), strings.Fields(tt.env)))
			wantLines(t, err, tt.want...)
		})
	}
}

// What a worker receives is the program that was read, even if the file has changed since.
func TestAProgramTravelsWithItsConfig(t *testing.T) {
	times := filepath.Join(t.TempDir(), "times.txt")
	if err := os.WriteFile(times, []byte("1ms\n2ms\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	path := programAt(t, "routes: {GET /: {def: [{sleep: file("+times+")}]}}")
	sent, err := Load(from([]string{"--program", path}, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{path, times} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	document, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	var got Config
	if err := json.Unmarshal(document, &got); err != nil {
		t.Fatal(err)
	}
	before, after := sent.Program.Routes[0].Steps[0].For, got.Program.Routes[0].Steps[0].For
	check.Equal(t, "the same durations", after.Equal(before), true)
	check.Equal(t, "file", got.Program.File, path)
}
