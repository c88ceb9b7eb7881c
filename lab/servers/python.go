package servers

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/target-server/target-server/lab/driver"
)

//go:embed app.py flask_app.py 2023-03.txt current.txt
var pinned embed.FS

// stampFile is written last, so a folder that has it is complete.
const stampFile = "complete"

// python is the environment of the Python servers: a virtual environment with the pinned packages of a
// vintage.
func python() environment {
	return environment{ensure: ensurePython, versions: pythonVersions}
}

// onPython runs a Python module in the environment, with the variables that configure the article's
// program.
func onPython(home string, cfg Config, args []string) driver.Command {
	env := append(cfg.environment(),
		"APP_MODE="+cfg.Mode,
		fmt.Sprintf("APP_SLEEP=%g", cfg.Sleep.Seconds()),
		fmt.Sprintf("APP_LIMIT=%d", cfg.Limit))
	if cfg.TrustedProxies != "" {
		env = append(env, "FORWARDED_ALLOW_IPS="+cfg.TrustedProxies)
	}
	if cfg.NumbersThreads {
		env = append(env, "APP_IDENT=native")
	}
	if cfg.RunVar {
		env = append(env, "APP_RESIZE=runvar")
	}
	return driver.Command{Args: append([]string{filepath.Join(home, "bin", "python")}, args...), Env: env, Dir: home}
}

// ensurePython does nothing, except for copying the programs, if the environment in home was made from
// the same requirements.
func ensurePython(ctx context.Context, home, vintage string, progress io.Writer) error {
	requirements, err := pinned.ReadFile(vintage + ".txt")
	if err != nil {
		return fmt.Errorf("vintage %q has no requirements: %w", vintage, err)
	}
	want := digest(requirements)
	if have, err := os.ReadFile(filepath.Join(home, stampFile)); err == nil && string(have) == want {
		return writePrograms(home)
	}
	fmt.Fprintf(progress, "making the environment %s in %s\n", vintage, home)
	if err := install(ctx, home, requirements, progress); err != nil {
		return fmt.Errorf("environment %s: %w", vintage, err)
	}
	if err := os.WriteFile(filepath.Join(home, stampFile), []byte(want), 0o644); err != nil {
		return fmt.Errorf("stamp of environment %s: %w", vintage, err)
	}
	return writePrograms(home)
}

// pythonVersions returns the pinned packages of a vintage. Their names may contain capitals in the
// requirements.
func pythonVersions(vintage string) (map[string]string, error) {
	requirements, err := pinned.ReadFile(vintage + ".txt")
	if err != nil {
		return nil, fmt.Errorf("vintage %q has no requirements: %w", vintage, err)
	}
	versions := map[string]string{}
	for line := range strings.Lines(string(requirements)) {
		pin, _, _ := strings.Cut(line, " ")
		if name, version, ok := strings.Cut(pin, "=="); ok && !strings.HasPrefix(line, "#") {
			versions[strings.ToLower(name)] = version
		}
	}
	return versions, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func writePrograms(home string) error {
	for _, name := range []string{"app.py", "flask_app.py"} {
		program, err := pinned.ReadFile(name)
		if err != nil {
			return fmt.Errorf("program of the real servers: %w", err)
		}
		path := filepath.Join(home, name)
		if have, err := os.ReadFile(path); err == nil && string(have) == string(program) {
			continue
		}
		if err := os.WriteFile(path, program, 0o644); err != nil {
			return fmt.Errorf("program of the real servers: %w", err)
		}
	}
	return nil
}

func install(ctx context.Context, home string, requirements []byte, progress io.Writer) error {
	if err := os.RemoveAll(home); err != nil {
		return fmt.Errorf("clear the old folder: %w", err)
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	python, err := interpreter(ctx)
	if err != nil {
		return err
	}
	if err := step(ctx, progress, python, "-m", "venv", home); err != nil {
		return err
	}
	list := filepath.Join(home, "requirements.txt")
	if err := os.WriteFile(list, requirements, 0o644); err != nil {
		return fmt.Errorf("write the requirements: %w", err)
	}
	return step(ctx, progress, filepath.Join(home, "bin", "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
		"--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", list)
}

// interpreter finds a working Python 3.11, for which the pinned files are built.
func interpreter(ctx context.Context) (string, error) {
	for _, name := range []string{"/usr/bin/python3.11", "python3.11", "python3", "python"} {
		out, err := exec.CommandContext(ctx, name, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").Output()
		if err == nil && strings.TrimSpace(string(out)) == "3.11" {
			return name, nil
		}
	}
	return "", errors.New("no Python 3.11 found, which the real servers need")
}

func step(ctx context.Context, progress io.Writer, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = progress, progress
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return nil
}
