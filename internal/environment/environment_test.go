package environment_test

import (
	"slices"
	"testing"

	"github.com/target-server/target-server/internal/environment"
)

func TestClean(t *testing.T) {
	all := []string{"HOME=/", "WEB_CONCURRENCY=2", "UVICORN_PORT=1", "GUNICORN_CMD_ARGS=-w 3", "PORT=1", "PORTS=1", "TARGET_SERVER_LIMIT=1", "FORWARDED_ALLOW_IPS=*"}
	if got, want := environment.Clean(all), []string{"HOME=/", "PORTS=1"}; !slices.Equal(got, want) || len(all) != 8 {
		t.Errorf("got %q, want %q", got, want)
	}
}
