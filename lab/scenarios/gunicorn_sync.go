package scenarios

// gunicornSyncTopics are the scenarios for gunicorn's sync workers.
func gunicornSyncTopics() []Topic { return nil }
