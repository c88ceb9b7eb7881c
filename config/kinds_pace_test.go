package config

import (
	"strings"
	"testing"
)

func TestPace(t *testing.T) {
	k := factor{func(c *Config) *float64 { return &c.Pace }}
	for text, want := range map[string]float64{"none": 0, "real": 1, "1x": 1, "2x": 2, "0.5x": 0.5, "0.01x": 0.01, "100x": 100} {
		var c Config
		if err := k.read(&c, text); err != nil || c.Pace != want {
			t.Errorf("%s: %v, %v", text, c.Pace, err)
		}
		if err := k.check(&c); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"": "is not a pace", "2": "is not a pace", "x": "is not a pace", "NaNx": "is too fast", "0x": "is too fast", "-1x": "is too fast",
		"101x": "is too slow", "Infx": "is too slow", "fast": "is not a pace",
	} {
		err := k.read(new(Config), text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestPaceThatWasNotMeasured(t *testing.T) {
	for _, c := range []struct {
		cfg  Config
		want string
	}{
		{Config{Stack: "node", Vintage: VintageCurrent}, ""},
		{Config{Stack: "node", Vintage: VintageCurrent, Pace: 1}, "no pace of --stack node was measured; accepted: none"},
		{Config{Stack: "uvicorn", Vintage: "1999", Pace: 1}, "no pace of --stack uvicorn was measured for 1999; accepted: none"},
		{Config{Stack: "uvicorn", Vintage: VintageCurrent, Loop: "auto", HTTP: "auto", Pace: 1}, ""},
	} {
		if got := c.cfg.noPace(); got != c.want {
			t.Errorf("%s: %q, want %q", c.cfg.Stack, got, c.want)
		}
	}
}
