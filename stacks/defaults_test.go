package stacks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/stacks"
)

// Every stack accepts its own defaults, and refuses only settings that exist.
func TestDefaultsAreValid(t *testing.T) {
	rows := stacks.Defaults()
	var settings []string
	for _, o := range config.Options(rows) {
		settings = append(settings, o.Name)
	}
	exists := func(t *testing.T, condition string) {
		t.Helper()
		if setting, _, _ := strings.Cut(condition, "="); !slices.Contains(settings, setting) {
			t.Errorf("it refuses %s, and there is no such setting", condition)
		}
	}
	for _, row := range rows {
		t.Run(row.Values.Stack+" "+row.Values.Vintage, func(t *testing.T) {
			if err := row.Values.Validate(rows); err != nil {
				t.Error(err)
			}
			for condition := range row.Refuses {
				exists(t, condition)
			}
			for condition, more := range row.With {
				exists(t, condition)
				for also := range more {
					exists(t, also)
				}
			}
		})
	}
}
