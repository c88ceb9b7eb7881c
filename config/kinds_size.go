package config

import (
	"fmt"
	"strconv"
	"strings"
)

// size is a number of bytes from low to mostBytes, with a unit or without. It may be 0 where it is unused.
type size struct {
	field func(*Config) *int64
	low   int64
	used  func(*Config) bool
}

// mostBytes bounds sizes.
const mostBytes = 1 << 50

// units of sizes. Of those in which a size is a whole number it is shown in the first.
var units = []struct {
	name  string
	bytes int64
}{
	{"PiB", 1 << 50},
	{"PB", 1e15},
	{"TiB", 1 << 40},
	{"TB", 1e12},
	{"GiB", 1 << 30},
	{"GB", 1e9},
	{"MiB", 1 << 20},
	{"MB", 1e6},
	{"KiB", 1 << 10},
	{"kB", 1e3},
	{"B", 1},
}

func (k size) read(c *Config, text string) error {
	digits, unit := text, int64(1)
	for _, u := range units {
		if rest, ok := strings.CutSuffix(text, u.name); ok {
			digits, unit = rest, u.bytes
			break
		}
	}
	n, err := strconv.ParseUint(digits, 10, 63)
	bytes := int64(n)
	switch {
	case err != nil:
		return k.wrong(text, "is not a size")
	case bytes > mostBytes/unit:
		return k.wrong(text, "is too large")
	case bytes*unit < k.low:
		return k.wrong(text, "is too small")
	}
	*k.field(c) = bytes * unit
	return nil
}

func (k size) wrong(text, why string) error {
	return fmt.Errorf("%s %s; accepted: a whole number from %s to %s with a unit such as MiB or MB, or of bytes", quote(text), why, formatSize(k.low), formatSize(mostBytes))
}

func (k size) show(c *Config) string { return formatSize(*k.field(c)) }

func (k size) check(c *Config) error {
	if *k.field(c) == 0 && !k.used(c) {
		return nil
	}
	return k.read(new(Config), k.show(c))
}

// formatSize writes a size in its largest unit.
func formatSize(bytes int64) string {
	for _, u := range units {
		if bytes >= u.bytes && bytes%u.bytes == 0 && u.bytes > 1 {
			return strconv.FormatInt(bytes/u.bytes, 10) + u.name
		}
	}
	return strconv.FormatInt(bytes, 10)
}
