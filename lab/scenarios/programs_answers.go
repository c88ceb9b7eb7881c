package scenarios

import (
	"net/url"
	"slices"
	"strings"
)

// programAnswers shows routes, parameters and bytes.
func programAnswers() []Scenario {
	return slices.Concat(programParameters(), programRoutes(), programDocuments())
}

// programParameters shows how parameters are read.
func programParameters() []Scenario {
	return []Scenario{
		{
			Name:   "program-parameters-spellings",
			About:  "Values in the query for int, float, bool and str: which are accepted, and what does the 422 say?",
			Server: playing("parameters", 0),
			Play: func(s *Stage) {
				s.Probe(gets(spelled("/int", "5", "-5", "+5", " 5 ", "05", "1_000", "1__0", "_1", "5.0", "5.5", "5.", "5e0", "0x5",
					"", "five", "५", "\u00a05", strings.Repeat("9", 30), "1,0")...))
				s.Probe(gets(spelled("/float", "5", ".5", "5.", "1e3", "1E+5", "inf", "-inf", "nan", "Infinity", "1_0.5", "1e400",
					" 1.5 ", "", "x", "0x5", "१.५")...))
				s.Probe(gets(spelled("/bool", "1", "0", "t", "F", "true", "FALSE", "y", "no", "On", "off", "2", "", " 1", "tru",
					"null")...))
				s.Probe(gets(spelled("/str", "", "a b", "ä", "a&b", "a=b", `"quoted"\`, "\u2028", "\x00")...))
			},
		},
		{
			Name:   "program-parameters-queries",
			About:  "Missing, empty, repeated, encoded and unknown parameters.",
			Server: playing("parameters", 0),
			Play: func(s *Stage) {
				s.Probe(gets("/int", "/int?", "/int?v", "/int?v=", "/int?v=1&v=2", "/int?v=1&v=x", "/int?w=1", "/int?V=1",
					"/int?v=1;v=2", "/int?%76=1", "/int?v=%31", "/int?v=%zz",
					"/str?v=%ff", "/str?v=%C3%A4+b%2B", "/str?v=ä", "/str?v=a%00b", "/str?&&v=1&", "/str?=v", "/str?v=1=2",
					"/maybe", "/maybe?i=1", "/maybe?i=&s=&b=", "/maybe?s=x&b=1", "/maybe?i=x&b=x"))
			},
		},
		{
			Name:   "program-parameters-path",
			About:  "Parameters in the path, and the order of errors when several are wrong.",
			Server: playing("parameters", 0),
			Play: func(s *Stage) {
				s.Probe(gets("/path/1/2.5/true?q=1", "/path/x/y/z", "/path/1/y/z?q=x", "/path/%20/2/1?q=", "/path/1/2/3?q=1",
					"/path/%31/2/1?q=1", "/path/1/2", "/path/1//1?q=1", "/path/a%2Fb/1/1?q=1", "/path/ä/1/1"))
			},
		},
		{
			Name:   "program-parameters-dependencies",
			About:  "Wrong and missing parameters of dependencies and of the route: what is still called, what exits, and in which order are the errors listed?",
			Server: playing("parameters", 0), Core: true,
			Play: func(s *Stage) {
				s.Trace("/walk/1?limit=1&user=a&q=1", "/walk/1?limit=1&user=a", "/walk/x?limit=1&user=a&q=1",
					"/walk/x?limit=x&user=a", "/walk/x?q=maybe", "/walk/1?limit=1&offset=x&user=a&q=1",
					"/walk/1?limit=2.5&user=a&q=1", "/user?user=a&n=1", "/user?user=a", "/user?n=1", "/user", "/users?limit=1&user=a",
					"/users?limit=x&user=a", "/users?limit=1", "/users")
			},
		},
	}
}

// programRoutes shows which route answers, and what.
func programRoutes() []Scenario {
	return []Scenario{
		{
			Name:   "program-routes-matching",
			About:  "Routes that overlap: which gets the request, and what do 404, 405 and their allow say?",
			Server: playing("routes", 0),
			Play: func(s *Stage) {
				s.Probe(gets("/items/1", "/items/special", "/items/", "/items", "/items/a%2Fb", "/items/a%20b+c", "/items/ä",
					"/items/%ff", "/items/%22", "/users/me", "/users/you", "/users/1/posts/2", "/users//posts/2",
					"/list/", "/prexpost", "/prepost", "/pre%20post", "/docs", "/all", "/numbers/5", "/numbers/05", "/numbers/x",
					"/numbers/-1", "/", "/head", "/ITEMS/1", "/items/1/2"))
				var probes []probe
				for _, line := range []string{
					"POST /items/1", "POST /items/special", "PUT /items/special", "PUT /items/1", "DELETE /items/special",
					"HEAD /items/1", "OPTIONS /items/1", "POST /docs", "HEAD /docs", "HEAD /head", "GET /head",
					"OPTIONS /all", "DELETE /all", "PATCH /all", "HEAD /all", "PUT /all", "TRACE /all", "POST /nowhere",
					"HEAD /nowhere",
				} {
					probes = append(probes, probe{line, line + " HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"})
				}
				s.Probe(probes)
			},
		},
		{
			Name:   "program-routes-redirects",
			About:  "A slash too many or too few: which paths are redirected, and where to?",
			Server: playing("routes", 0),
			Play: func(s *Stage) {
				s.Probe(gets("/items/1/", "/items/1//", "/items/1/?a=b", "/list", "/list?a=b%20c", "/users/me/", "/users/a%20b/",
					"/items/special/", "/all/", "/numbers/x/", "/nowhere/", "/head/", "/docs/", "/prexpost/", "/users/1/posts/2/"))
				var probes []probe
				for _, line := range []string{"POST /list", "HEAD /list", "PUT /items/1/", "DELETE /all/"} {
					probes = append(probes, probe{line, line + " HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"})
				}
				s.Probe(probes)
			},
		},
		{
			Name:   "program-answers",
			About:  "Bodies as text and as a size, media types, statuses and headers: every byte.",
			Server: playing("answers", 0), Core: true,
			Play: func(s *Stage) {
				s.Probe(gets("/null", "/json", "/spaced", "/sized", "/text", "/text-sized", "/charset", "/binary", "/problem",
					"/empty", "/created", "/teapot", "/unheard", "/redirect", "/nothing", "/unchanged",
					"/headers", "/text-headers", "/inserted/1", "/inserted/%22%5C?q=%C3%A4%0a", "/inserted-text/%3Cb%3E",
					"/unavailable"))
			},
		},
		{
			Name:   "program-answers-models",
			About:  "Answers with a response model: every byte, and where headers come.",
			Server: playing("models", 0),
			Play:   func(s *Stage) { s.Probe(gets("/awaits", "/text?id=%22%5C%C3%A4%0a", "/headers")) },
		},
	}
}

// programDocuments shows the documents that FastAPI generates.
func programDocuments() []Scenario {
	return []Scenario{
		{
			Name:   "program-openapi-parameters",
			About:  "The OpenAPI document of a program with dependencies and parameters.",
			Server: playing("parameters", 0),
			Play:   func(s *Stage) { s.Probe(gets("/openapi.json")) },
		},
		{
			Name:   "program-openapi-routes",
			About:  "The OpenAPI document of a program with routes that overlap, and the pages that show it.",
			Server: playing("routes", 0),
			Play:   func(s *Stage) { s.Probe(gets("/openapi.json", "/redoc", "/docs/oauth2-redirect")) },
		},
		{
			Name:   "program-openapi-answers",
			About:  "The OpenAPI document of a program with statuses, types and response models.",
			Server: playing("answers", 0),
			Play:   func(s *Stage) { s.Probe(gets("/openapi.json")) },
		},
	}
}

// spelled are the paths of a route that give a parameter v each value.
func spelled(route string, values ...string) []string {
	paths := make([]string, len(values))
	for i, v := range values {
		paths[i] = route + "?v=" + url.QueryEscape(v)
	}
	return paths
}
