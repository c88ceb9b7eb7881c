package scenarios

// hypercornTrioTopics are the scenarios for FastAPI on Hypercorn's trio workers.
func hypercornTrioTopics() []Topic { return nil }
