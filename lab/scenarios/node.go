package scenarios

// nodeTopics are the scenarios for Node.js.
func nodeTopics() []Topic { return nil }
