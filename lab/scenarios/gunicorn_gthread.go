package scenarios

// gunicornGthreadTopics are the scenarios for gunicorn's workers with threads.
func gunicornGthreadTopics() []Topic { return nil }
