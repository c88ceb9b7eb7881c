package tomcat

import (
	"net/http"

	"github.com/target-server/target-server/server/http1"
)

// Hello is what the article's program answers, through a writer of text/plain.
var Hello = &http1.Answer{Status: http.StatusOK, Lines: []http1.Line{{Name: contentType, Value: "text/plain;charset=ISO-8859-1"}}, Body: "hello"}
