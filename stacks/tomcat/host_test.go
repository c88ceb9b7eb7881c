package tomcat

import "testing"

func TestHosts(t *testing.T) {
	tests := map[string]string{
		"lab": "", "lab.": "", "a-b.c1": "", "lab:": "", "lab:80": "", "a.:80": "", "1.2.3.4": "", "1.2.3.4:80": "", "1.2.3.400": "", "1.2.3": "", "01.2": "",
		"1a": "", "[::1]": "", "[::1]:80": "", "[1:2:3:4:5:6:7:8]": "", "[::1.2.3.4]": "",
		"-a": "(none)", "*": "(none)", ".a": "(none)", "\xe4": "(none)", "lab:x": "(none)", "lab:8x": "(none)", "1.2.3.4:x": "(none)", "[::1]:x": "(none)",
		"a..b":                "The character [.] is not valid after a period in a domain name.",
		"a-":                  "The state [HYPHEN] is not valid for the end of a segment.",
		"a-.b":                "The character [.] is not valid after a hyphen in a domain name.",
		"a.-b":                "The character [-] is not valid after a period in a domain name.",
		"a-:80":               "The character [:] is not valid after a hyphen in a domain name.",
		"a_b":                 "The character [_] is never valid in a domain name.",
		"a\xe4":               "The character [ä] is never valid in a domain name.",
		"1..2":                "Invalid octet [-1]. The valid range for IPv4 octets is 0 to 255.",
		"1_2":                 "The character [_] is never valid in an IPv4 address.",
		"1.2.3.4]":            "A closing bracket ']' was found in a non-IPv6 host name.",
		"1-":                  "The state [HYPHEN] is not valid for the end of a segment.",
		"300_":                "The character [_] is never valid in a domain name.",
		"[::1":                "The character [\uffff] is never valid in an IPv6 address.",
		"[:1]":                "An IPv6 address may not start with a single ':'.",
		"[1]":                 "An IPv6 address must consist of 8 hextets but this address contains [1] hextets and no '::' sequence to represent one or more zero hextets.",
		"[12345::]":           "Invalid hextet. A hextet must consist of 4 or less hex characters.",
		"[:::1]":              "An IPv6 address may not contain more than 2 sequential colon characters.",
		"[::1::2]":            "An IPv6 address may only contain a single '::' sequence.",
		"[1:2:3:4:5:6:7:]":    "An IPv6 address may not end with a single ':'.",
		"[1:1.2.3.4]":         "The IPv6 address contains an embedded IPv4 address at an invalid location.",
		"[::1.2.3]":           "The character []] is never valid in a domain name.",
		"[::1.02.3.4]":        "A non-zero IPv4 octet may not contain a leading zero.",
		"[::1.2.3.4":          "The IPv6 address is missing a closing bracket.",
		"[::1]x":              "The character [x] is not permitted to follow an IPv6 address in a host name",
		"[1:2:3:4:5:6:7:8:9]": "The IPv6 address contains [9] hextets but a valid IPv6 address may not have more than 8.",
	}
	for host, want := range tests {
		got := ""
		if f, good := Tomcat1017.checkHost([]byte(host)); !good {
			got = f.message
			if f.silent {
				got = "(none)"
			}
		}
		if got != want {
			t.Errorf("%q: wanted %q, got %q", host, want, got)
		}
	}
}

// An exception deep in the parser has the frames that led there.
func TestWayToAWrongHost(t *testing.T) {
	f, _ := Tomcat1017.checkHost([]byte("[::1.2.3]"))
	want := []string{
		"org.apache.tomcat.util.http.parser.HttpParser$DomainParseState.next(HttpParser.java:1080)",
		"org.apache.tomcat.util.http.parser.HttpParser.readHostDomainName(HttpParser.java:963)",
		"org.apache.tomcat.util.http.parser.HttpParser.readHostIPv4(HttpParser.java:845)",
		"org.apache.tomcat.util.http.parser.HttpParser.readHostIPv6(HttpParser.java:921)",
		"org.apache.tomcat.util.http.parser.Host.parse(Host.java:75)",
	}
	for i, frame := range want {
		if f.frames[i] != frame {
			t.Errorf("frame %d: wanted %s, got %s", i, frame, f.frames[i])
		}
	}
}
