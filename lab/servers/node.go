package servers

// nodeServers will be Node.js; there is none yet.
func nodeServers() []oracle { return nil }
