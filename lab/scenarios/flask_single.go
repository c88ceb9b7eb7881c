package scenarios

// flaskSingleTopics are the scenarios for Flask's development server without threads.
func flaskSingleTopics() []Topic { return nil }
