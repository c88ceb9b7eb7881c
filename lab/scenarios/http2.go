package scenarios

// http2Topics are the scenarios for HTTP/2 on Hypercorn.
func http2Topics() []Topic { return nil }
