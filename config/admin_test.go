package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An address that other machines can reach must be guarded, or explicitly open.
func TestAdminAddressThatOthersReach(t *testing.T) {
	for addr, exposed := range map[string]bool{
		"127.0.0.1:0": false, "127.1.2.3:9090": false, "[::1]:9090": false, "[::ffff:127.0.0.1]:9090": false, "localhost:9090": false, "off": false,
		":9090": true, "0.0.0.0:9090": true, "[::]:9090": true, "192.168.1.2:9090": true, "[fe80::1%eth0]:9090": true, "[::ffff:10.0.0.1]:9090": true,
		"example.test:9090": false, // the server resolves it
	} {
		where := map[string][]string{"flag --admin-addr": {"--admin-addr=" + addr}, "environment variable TARGET_SERVER_ADMIN_ADDR": nil}
		for name, args := range where {
			env := []string{}
			if args == nil {
				env = []string{"TARGET_SERVER_ADMIN_ADDR=" + addr}
			}
			_, err := Load(from(args, env))
			if !exposed {
				wantLines(t, err)
			} else {
				wantLines(t, err, name+`: "`+addr+`" can be reached from other machines, which could pause the server; accepted: a loopback address such as 127.0.0.1:9090, or any address together with --admin-token`)
			}
			for _, guard := range []string{"--admin-open", "--admin-token=hush", "--admin-token-file=" + write(t, "hush")} {
				_, err := Load(from(append(args, guard), env))
				wantLines(t, err)
			}
		}
	}
	_, err := Load(from([]string{"--admin-addr=:9090", "--admin-open=no"}, nil))
	wantLines(t, err, "flag --admin-addr: ")
}

// An invalid token is refused in one line that does not show it.
func TestWrongTokens(t *testing.T) {
	for _, token := range []string{"", "hu sh", "hush\t", "hush\x00", "\x7fhush", "hush\u0085", "hüsh", strings.Repeat("hush", 1025)} {
		for _, args := range [][]string{{"--admin-token=" + token}, {"--admin-token", token, "--admin-addr=:1"}, {"--admin-token-file=" + write(t, token), "--admin-addr=:1"}} {
			_, err := Load(from(args, nil))
			if got := lines(err); len(got) != 1 || !strings.Contains(got[0], "; accepted: 1 to 4096 printable ASCII characters without spaces") || strings.Contains(got[0], "sh\"") || strings.Contains(got[0], "hush") {
				t.Errorf("%q: %v", args, err)
			}
		}
	}
}

func TestTokenFile(t *testing.T) {
	for content, want := range map[string]Secret{"hush": "hush", "hush\n": "hush", "hush\r\n": "hush", strings.Repeat("h", 4096) + "\n": Secret(strings.Repeat("h", 4096))} {
		got, err := Load(from([]string{"--admin-addr=:1", "--admin-token-file", write(t, content)}, nil))
		if err != nil || got.AdminToken != want {
			t.Errorf("%q: %q, %v", content, string(got.AdminToken), err)
		}
	}
	folder := t.TempDir()
	for path, want := range map[string]string{
		filepath.Join(folder, "none"): "cannot be read (no such file or directory); accepted: a readable file that contains the token",
		folder:                        "cannot be read (is a directory); accepted: a readable file that contains the token",
		os.DevNull:                    "is empty; accepted: 1 to 4096 printable ASCII characters without spaces",
	} {
		_, err := Load(from([]string{"--admin-addr=:1", "--admin-token-file", path}, nil))
		wantLines(t, err, fmt.Sprintf("flag --admin-token-file: %q %s", path, want))
	}
	_, err := Load(from([]string{"--admin-addr=:1", "--admin-token-file=x"}, []string{"TARGET_SERVER_ADMIN_TOKEN=hush"}))
	wantLines(t, err, "flag --admin-token-file: sets the same as environment variable TARGET_SERVER_ADMIN_TOKEN; give only one of them")
	if _, err := Load(from([]string{"--admin-token-file=/none"}, nil)); err != nil { // there is no admin address
		t.Error(err)
	}
}

// The token appears neither in a dump of the settings, nor in what workers are told, nor in the error for a misspelt
// flag.
func TestTheTokenIsNotShown(t *testing.T) {
	cfg, err := Load(from([]string{"--admin-token=hush"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	document, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{string(document), fmt.Sprint(cfg), fmt.Sprintf("%+v", cfg), fmt.Sprintf("%#v", cfg), fmt.Sprintf("%q", cfg.AdminToken)}
	for _, args := range [][]string{
		{"--admin-tokn=hush"},
		{"--admin-tokn", "hush"},
		{"-token", "hush"},
		{"---admin-token=hush"},
		{"--admin-token=hush", "--admin-token=hush"},
		{"--admin-token=hush\x00"},
		{"--admin-token", "hush hush"},
	} {
		_, err := Load(from(args, nil))
		shown = append(shown, err.Error())
	}
	for _, text := range shown {
		if strings.Contains(text, "hush") {
			t.Errorf("shown: %s", text)
		}
	}
}

// Names may be given in several flags, with commas, and as a list in a file.
func TestAdminHosts(t *testing.T) {
	file := write(t, "admin-host: [a, 'b:9090']\n")
	for _, args := range [][]string{{"--admin-host=a,b:9090"}, {"--admin-host", "a", "--admin-host", "b:9090"}, {"--config=" + file}} {
		cfg, err := Load(from(args, nil))
		if got := strings.Join(cfg.AdminHosts(), " "); err != nil || got != "a b:9090" {
			t.Errorf("%q: %q, %v", args, got, err)
		}
	}
	if got := new(Config).AdminHosts(); got != nil {
		t.Errorf("none are %q", got)
	}
	for _, content := range []string{"admin-host: []", "admin-host: [a, [b]]", "admin-host: [a, null]", "limit: [1, 2]"} {
		_, err := Load(from([]string{"--config=" + write(t, content)}, nil))
		if got := lines(err); len(got) != 1 || !strings.Contains(got[0], "has a list as its value; accepted: a single value") {
			t.Errorf("%s: %v", content, err)
		}
	}
}
