package uvicorn

import "testing"

// What Python 3.11 says of base64 texts with validate=True.
func TestDecodedLength(t *testing.T) {
	for text, want := range map[string]struct {
		length int
		fault  string
	}{
		"": {0, ""}, "AAAA": {3, ""}, "AAA=": {2, ""}, "AA==": {1, ""}, "AAAA==": {3, ""},
		"A":      {0, "Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4"},
		"A===":   {0, "Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4"},
		"AAAAA":  {0, "Invalid base64-encoded string: number of data characters (5) cannot be 1 more than a multiple of 4"},
		"=AAA":   {0, "Leading padding not allowed"},
		"=!":     {0, "Leading padding not allowed"},
		"A=!":    {0, "Only base64 data is allowed"},
		"AA=":    {0, "Incorrect padding"},
		"AAAAAA": {0, "Incorrect padding"},
		"A==A":   {0, "Discontinuous padding not allowed"},
		"AA=AA":  {0, "Discontinuous padding not allowed"},
		"AA===":  {0, "Excess data after padding"},
		"AAA=!=": {0, "Excess data after padding"},
	} {
		if length, fault := decodedLength(text); length != want.length || fault != want.fault {
			t.Errorf("%q: got %d, %q, want %d, %q", text, length, fault, want.length, want.fault)
		}
	}
}

// What the websockets library says of lists.
func TestReadList(t *testing.T) {
	for _, c := range []struct {
		list  string
		read  item
		at    int
		fault string
	}{
		{"a, b", token, 4, ""},
		{",, a ,,b ,", token, 10, ""},
		{"", token, 0, "expected token"},
		{", ,", token, 3, "expected token"},
		{"a b", token, 2, "expected comma"},
		{"a/b", token, 1, "expected comma"},
		{"a/b, c", upgradeProtocol, 6, ""},
		{"a/", upgradeProtocol, 1, "expected comma"},
		{"/a", upgradeProtocol, 0, "expected protocol"},
		{`x; a; b = c ;d="e\f"`, extension, 20, ""},
		{"x;", extension, 2, "expected token"},
		{`x; a="b c"`, extension, 5, "invalid quoted header content"},
		{`x; a="\`, extension, 5, "expected quoted string"},
		{"x; a=\"\xe4\"", extension, 5, "expected quoted string"},
	} {
		if _, at, fault := readList(c.list, c.read); at != c.at || fault != c.fault {
			t.Errorf("%q: got %q at %d, want %q at %d", c.list, fault, at, c.fault, c.at)
		}
	}
}
