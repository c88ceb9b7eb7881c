package scenarios

// flaskTopics are the scenarios for Flask's development server.
func flaskTopics() []Topic { return nil }
