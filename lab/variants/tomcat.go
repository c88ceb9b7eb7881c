package variants

// tomcat are mistakes in how a thread treats its connection.
func tomcat() []Variant {
	return []Variant{
		{
			Name: "thread-looks-no-further", About: "A thread that has answered leaves a request that has arrived meanwhile to another thread.", Scenarios: []string{"tomcat-overtaking"},
			Edits: []Edit{{"stacks/tomcat/exchange.go", "	if !c.working {\n\t\tc.work()", "	if !c.working && !c.body.unread && !c.Closing() {\n\t\tc.rest()"}},
		},
		{
			Name: "thread-leaves-the-body", About: "A thread does not wait for the end of an unread body.", Scenarios: []string{"tomcat-body-unfinished", "tomcat-occupied"},
			Edits: []Edit{{"stacks/tomcat/exchange.go", "c.body.unread, c.body.stays = x.unread, x.keepAlive\n\t\tif !x.unread {", "c.body.stays = x.keepAlive\n\t\tif true {"}},
		},
		{
			Name: "connection-of-any-length", About: "The number of requests on a connection is unlimited.", Scenarios: []string{"tomcat-hundred-requests"},
			Edits: []Edit{{"stacks/tomcat/exchange.go", "	if c.left <= 0 {", "	if c.left <= -1000 {"}},
		},
		{
			Name: "java-ends-at-once", About: "The process ends at the moment of the signal.", Scenarios: []string{"tomcat-stop-sigterm"},
			Edits: []Edit{{"stacks/tomcat/life.go", "	l.Loop().Block(exitPatience)\n", ""}},
		},
		{
			Name: "protocol-waits", About: "A request line with an unknown protocol waits for the rest of its head.", Scenarios: []string{"tomcat-malformed-resumed"},
			Edits: []Edit{{"stacks/tomcat/conn.go", "	return m.failed\n", "	return false\n"}},
		},
		{
			Name: "loose-chunks", About: "Chunk extensions and trailers may have any form.", Scenarios: []string{"tomcat-chunks"},
			Edits: []Edit{{"stacks/tomcat/exchange.go", "chunks{strict: e.connector.ChecksChunks}", "chunks{}"}},
		},
		{
			Name: "error-after-an-upgrade", About: "Bytes that do not parse are answered after a request to upgrade too.", Scenarios: []string{"node-malformed-upgraded"},
			Edits: []Edit{{"stacks/node/conn.go", "	if c.upgraded {\n", "	if c.upgraded && false {\n"}},
		},
		{
			Name: "rules-are-utc", About: "A time zone that is a rule, not the name of a file, is ignored.", Scenarios: []string{"time-zone-rule"}, Processes: true,
			Edits: []Edit{{"server/zone/libc.go", "	rule, _ := Rule(tz)\n\treturn rule\n", "	return time.UTC\n"}},
		},
	}
}
