package scenarios

// hypercornUvloopTopics are the scenarios for FastAPI on Hypercorn's uvloop workers.
func hypercornUvloopTopics() []Topic { return nil }
