package scenarios

// waitressTopics are the scenarios for waitress.
func waitressTopics() []Topic { return nil }
