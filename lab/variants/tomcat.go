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
	}
}
