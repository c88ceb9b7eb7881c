package article

import (
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// comparisons are the experiments with the servers to which the article compares FastAPI.
func comparisons() []Experiment {
	flask := still("flask-single", "flask-single", "Flask with `threaded=False, processes=1`: one at a time, the yardstick for a blocked loop")
	flask.Server.Mode = threadpool
	return []Experiment{
		flask,
		{
			Name: "tomcat", Saw: "200 are processed", Scale: inHundreds,
			Server: servers.Config{Stack: "tomcat", Mode: threadpool, Sleep: 5 * time.Second}, Play: most,
		},
		overlap("node", "node", 0, "coroutines overlap as in Node.js"),
	}
}
