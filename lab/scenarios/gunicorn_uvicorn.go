package scenarios

// gunicornUvicornTopics are the scenarios for gunicorn with Uvicorn's workers.
func gunicornUvicornTopics() []Topic { return nil }
