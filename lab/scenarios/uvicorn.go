package scenarios

import "slices"

// uvicornTopics are the scenarios for FastAPI on Uvicorn.
func uvicornTopics() []Topic {
	return []Topic{
		{"the pool of threads", pool()},
		{"threads", threads()},
		{"clients that leave", departures()},
		{"a blocked loop", blocked()},
		{"handlers that await", cooperative()},
		{"idle connections", idle()},
		{"pipelining", pipelining()},
		{"answers", requests()},
		{"paths", paths()},
		{"malformed requests", malformed()},
		{"bodies", bodies()},
		{"proxies", trustedProxies(proxyLists())},
		{"limits", limits()},
		{"stopping", shutdown()},
		{"log lines", logs()},
		{"several workers", workers()},
		{"hardship", hardship()},
		{"further options", slices.Concat(forParsers(ownFields), forParsers(noFields), []Scenario{accessOff(), proxyFieldsOff()})},
	}
}
