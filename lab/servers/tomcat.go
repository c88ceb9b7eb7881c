package servers

// tomcatServers will be Tomcat; there is none yet.
func tomcatServers() []oracle { return nil }
