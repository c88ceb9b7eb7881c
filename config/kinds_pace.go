package config

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/target-server/target-server/pace"
)

// RealPace is the Pace of the real server.
const RealPace = 1

// The bounds of a Pace. Beyond them a typing error is likelier.
const (
	leastPace = 0.01
	mostPace  = 100
)

// factor is how many times as long as the real server's steps ours take: none, real, or a number with an x.
type factor struct {
	field func(*Config) *float64
}

func (k factor) read(c *Config, text string) error {
	switch text {
	case "none":
		*k.field(c) = 0
		return nil
	case "real":
		*k.field(c) = RealPace
		return nil
	}
	number, times := strings.CutSuffix(text, "x")
	value, err := strconv.ParseFloat(number, 64)
	why := ""
	switch {
	case !times || err != nil:
		why = "is not a pace"
	case !(value >= leastPace): // nor a NaN
		why = "is too fast"
	case value > mostPace:
		why = "is too slow"
	}
	if why != "" {
		return fmt.Errorf("%s %s; accepted: none (as fast as possible), real (as slow as the real server), or a factor from 0.01x to 100x (2x is twice as slow as real)",
			quote(text), why)
	}
	*k.field(c) = value
	return nil
}

func (k factor) show(c *Config) string {
	switch value := *k.field(c); value {
	case 0:
		return "none"
	case RealPace:
		return "real"
	default:
		return strconv.FormatFloat(value, 'g', -1, 64) + "x"
	}
}

func (k factor) check(c *Config) error { return k.read(new(Config), k.show(c)) }

// noPace is why a pace cannot be kept with the other settings of c, or empty.
func (c Config) noPace() string {
	if c.Pace == 0 {
		return ""
	}
	measured, err := pace.Of(c.Stack)
	if err != nil {
		return err.Error()
	}
	if len(measured) == 0 {
		return fmt.Sprintf("no pace of --stack %s was measured; accepted: none", c.Stack)
	}
	if _, ok := measured[c.PaceKey()]; !ok {
		return fmt.Sprintf("no pace of --stack %s was measured for %s; accepted: none", c.Stack, c.PaceKey())
	}
	return ""
}

// PaceKey names the server among those of its stack whose pace was measured.
func (c Config) PaceKey() string { return pace.Key(c.Vintage, c.Loop, c.HTTP) }
