package flask

import (
	"regexp"
	"strconv"
	"strings"
)

// hostField matches what get_host takes for a host (werkzeug.sansio.utils._host_re).
var hostField = regexp.MustCompile(`(?i)^(?:[a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::([1-9][0-9]{0,4}))?$`)

// host returns the host as redirects name it, or false for an impossible one (get_host and Map.bind).
func (v *Version) host(field string) (string, bool) {
	field = strings.TrimSuffix(field, ":80")
	host := strings.ToLower(field)
	if !v.ChecksHost {
		return toASCII(host)
	}
	m := hostField.FindStringSubmatch(field)
	if m == nil {
		return "", true
	}
	if port, err := strconv.Atoi(m[1]); m[1] != "" && (err != nil || port > 65535) {
		return "", true
	}
	name, _, _ := strings.Cut(host, ":")
	return host, labelsFit(name)
}

// labelsFit is Python's IDNA codec for ASCII: labels have 1 to 63 characters, and only the last one may be empty.
func labelsFit(name string) bool {
	labels := strings.Split(name, ".")
	for i, label := range labels {
		if len(label) > 63 || label == "" && i < len(labels)-1 {
			return false
		}
	}
	return true
}
