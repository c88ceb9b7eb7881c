// Package environment keeps the environment of whoever runs the tests away from the servers that they start.
//
//	cmd.Env = append(environment.Clean(os.Environ()), "TZ=UTC")
package environment

import (
	"slices"
	"strings"
)

// Clean removes the variables that configure target-server, or the real servers.
func Clean(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains([]string{"WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS", "PORT"}, name) ||
			slices.ContainsFunc([]string{"TARGET_SERVER_", "UVICORN_", "GUNICORN_"}, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	})
}
