package variants

// options are mistakes in what an option of the real server does.
func options() []Variant {
	return []Variant{
		{
			Name: "a-server-of-the-user-besides", About: "Uvicorn's Server field is sent although the user has added one.", Scenarios: []string{"header-fields-httptools"},
			Edits: []Edit{{"stacks/uvicorn/life.go", "if cfg.ServerHeader && !named {", "_ = named\n\tif cfg.ServerHeader {"}},
		},
		{
			Name: "the-limit-of-streams-only-said", About: "Hypercorn's h2_max_concurrent_streams is in the settings, but 100 requests are accepted.", Scenarios: []string{"hypercorn-http2-few-streams"},
			Edits: []Edit{{"server/http2/receive.go", "uint64(len(c.streams)) >= uint64(c.rules.Streams)", "len(c.streams) >= mostStreams"}},
		},
	}
}
