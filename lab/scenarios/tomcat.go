package scenarios

// tomcatTopics are the scenarios for Tomcat.
func tomcatTopics() []Topic { return nil }
