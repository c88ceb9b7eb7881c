package scenarios

// hypercornTopics are the scenarios for FastAPI on Hypercorn's asyncio workers.
func hypercornTopics() []Topic { return nil }
