package servers

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/target-server/target-server/lab/driver"
)

//go:embed tomcat/App.java tomcat/Described.java tomcat/2023-03.txt tomcat/current.txt
var servlet embed.FS

// servletFiles are the article's program, and the one that runs any other.
func servletFiles() []string { return []string{"App.java", "Described.java"} }

// tomcatServers are the article's program as a servlet on embedded Tomcat.
func tomcatServers() []oracle {
	return []oracle{{
		stack: "tomcat", packages: []string{"tomcat-embed-core"},
		in:      environment{folder: "tomcat", ensure: ensureTomcat, versions: tomcatVersions},
		command: tomcat,
		up:      func(_ Config, lines []driver.Line) bool { return count(lines, "INFO: Starting ProtocolHandler") > 0 },
	}}
}

// ensureTomcat has Maven fetch the libraries, checks their hashes, and compiles the program with JDK
// 17. It does nothing if home was made from the same pins and program.
func ensureTomcat(ctx context.Context, home, vintage string, progress io.Writer) error {
	pins, err := tomcatPins(vintage)
	if err != nil {
		return err
	}
	var programs [][]byte
	for _, name := range servletFiles() {
		program, err := servlet.ReadFile("tomcat/" + name)
		if err != nil {
			return fmt.Errorf("program of Tomcat: %w", err)
		}
		programs = append(programs, program)
	}
	want := digest(fmt.Appendf(nil, "%v %s", pins, programs))
	if have, err := os.ReadFile(filepath.Join(home, stampFile)); err == nil && string(have) == want {
		return nil
	}
	fmt.Fprintf(progress, "making the environment %s of Tomcat in %s\n", vintage, home)
	if err := installTomcat(ctx, home, pins, programs, progress); err != nil {
		return fmt.Errorf("environment %s of Tomcat: %w", vintage, err)
	}
	if err := os.WriteFile(filepath.Join(home, stampFile), []byte(want), 0o644); err != nil {
		return fmt.Errorf("stamp of environment %s of Tomcat: %w", vintage, err)
	}
	return nil
}

// tomcatVersions returns the pinned libraries of a vintage.
func tomcatVersions(vintage string) (map[string]string, error) {
	pins, err := tomcatPins(vintage)
	versions := map[string]string{}
	for _, pin := range pins {
		versions[pin.parts()[1]] = pin.parts()[2]
	}
	return versions, err
}

// artifact is a pinned library.
type artifact struct {
	coordinates string // group:name:version
	hash        string // SHA-256, hexadecimal
}

func (a artifact) parts() []string { return strings.Split(a.coordinates, ":") }

// file is Maven's file name for the library.
func (a artifact) file() string { return a.parts()[1] + "-" + a.parts()[2] + ".jar" }

// tomcatPins are the libraries of a vintage.
func tomcatPins(vintage string) ([]artifact, error) {
	list, err := servlet.ReadFile("tomcat/" + vintage + ".txt")
	if err != nil {
		return nil, fmt.Errorf("vintage %q has no Tomcat: %w", vintage, err)
	}
	var pins []artifact
	for line := range strings.Lines(string(list)) {
		if coordinates, hash, ok := strings.Cut(strings.TrimSpace(line), " sha256:"); ok {
			pins = append(pins, artifact{coordinates, hash})
		}
	}
	return pins, nil
}

func installTomcat(ctx context.Context, home string, pins []artifact, programs [][]byte, progress io.Writer) error {
	if err := os.RemoveAll(home); err != nil {
		return fmt.Errorf("clear the old folder: %w", err)
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	for _, pin := range pins {
		err := step(ctx, progress, "mvn", "--batch-mode", "--quiet", "dependency:copy", "-Dartifact="+pin.coordinates, "-DoutputDirectory="+home)
		if err != nil {
			return err
		}
		if err := pin.check(home); err != nil {
			return err
		}
	}
	compile := []string{"-cp", filepath.Join(home, "*"), "-d", home}
	for i, name := range servletFiles() {
		source := filepath.Join(home, name)
		if err := os.WriteFile(source, programs[i], 0o644); err != nil {
			return fmt.Errorf("program of Tomcat: %w", err)
		}
		compile = append(compile, source)
	}
	return step(ctx, progress, "javac", compile...)
}

// errAltered means that a file is not the pinned one.
var errAltered = errors.New("its hash differs from the pinned one")

func (a artifact) check(home string) error {
	data, err := os.ReadFile(filepath.Join(home, a.file()))
	if err != nil {
		return fmt.Errorf("library of Tomcat: %w", err)
	}
	if digest(data) != a.hash {
		return fmt.Errorf("%s: %w", a.file(), errAltered)
	}
	return nil
}

// tomcat starts the program. The JVM options make it start faster and do not affect Tomcat.
func tomcat(home string, cfg Config, port int) driver.Command {
	return driver.Command{
		Args: []string{"java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "-Xss256k", "-cp", ".:*", "App"},
		Env: append(cfg.environment(),
			fmt.Sprintf("APP_PORT=%d", port),
			fmt.Sprintf("APP_SLEEP=%g", cfg.Sleep.Seconds()),
			fmt.Sprintf("APP_LIMIT=%d", cfg.Limit),
			fmt.Sprintf("APP_BACKLOG=%d", cfg.Backlog),
			fmt.Sprintf("APP_KEEP_ALIVE=%d", cfg.KeepAlive.Milliseconds()),
		),
		Dir: home,
	}
}
