package accesslog_test

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/accesslog"
)

func ExampleFormat_Append() {
	f, err := accesslog.Parse(`%(h)s "%(r)s" %(s)s %(D)s`)
	if err != nil {
		fmt.Println(err)
		return
	}
	line := f.Append(nil, &accesslog.Record{
		Dialect: accesslog.Gunicorn, Host: "127.0.0.1", Client: "127.0.0.1:54321",
		Method: "GET", Target: "/?id=1", Version: "1.1", Status: 200, Took: 5 * time.Millisecond,
	})
	fmt.Println(string(line))
	// Output: 127.0.0.1 "GET /?id=1 HTTP/1.1" 200 5000
}
