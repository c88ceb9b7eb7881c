package servers

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/target-server/target-server/lab/driver"
)

// Nginx is nginx with two workers and a fixed text at /, in a given folder. It is not a stack; it is
// used to test probe.
type Nginx struct {
	Dir string
}

// Command writes the configuration, and returns the command that starts nginx with it.
func (n Nginx) Command(port int) (driver.Command, error) {
	config := filepath.Join(n.Dir, "nginx.conf")
	text := fmt.Sprintf(`daemon off;
worker_processes 2;
pid nginx.pid;
error_log stderr notice;
events { worker_connections 1024; }
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	server {
		listen 127.0.0.1:%d;
		location = / { return 200 "hello\n"; }
		location / { return 404; }
	}
}
`, port)
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		return driver.Command{}, fmt.Errorf("configuration of nginx: %w", err)
	}
	return driver.Command{Args: []string{"/usr/sbin/nginx", "-p", n.Dir, "-c", config}, Dir: n.Dir}, nil
}
