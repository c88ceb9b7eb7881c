package flask

import "strings"

// prepared are the characters of Latin-1 that nameprep changes.
var prepared = strings.NewReplacer("\u00a0", " ", "¨", " \u0308", "ª", "a", "\u00ad", "", "¯", " \u0304",
	"²", "2", "³", "3", "´", " \u0301", "µ", "μ", "¸", " \u0327", "¹", "1", "º", "o", "¼", "1\u20444", "½", "1\u20442", "¾", "3\u20444", "ß", "ss")

// toASCII is Python's IDNA codec for each label of a host of Latin-1 characters, in lower case, if one of them is not
// ASCII (werkzeug._internal._encode_idna). It reports false for a host that IDNA does not allow.
func toASCII(host string) (string, bool) {
	if !strings.ContainsFunc(host, notASCII) {
		return host, true
	}
	labels := strings.Split(host, ".")
	for i, label := range labels {
		ascii := !strings.ContainsFunc(label, notASCII)
		if strings.ContainsFunc(label, func(r rune) bool { return r >= 0x80 && r < 0xa0 }) { // controls
			return "", false
		}
		label = prepared.Replace(label)
		switch {
		case !strings.ContainsFunc(label, notASCII):
		case strings.HasPrefix(label, "xn--"):
			return "", false
		default:
			label = "xn--" + punycode([]rune(label))
		}
		if len(label) > 63 || label == "" && !ascii {
			return "", false
		}
		labels[i] = label
	}
	return strings.Join(labels, "."), true
}

func notASCII(r rune) bool { return r >= 0x80 }

// The parameters of RFC 3492, section 5.
const (
	base, tMin, tMax  = 36, 1, 26
	skew, damp        = 38, 700
	firstBias, firstN = 72, 0x80
	digits            = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// punycode is RFC 3492, section 6.3, without a check for overflow: a Host field is short.
func punycode(text []rune) string {
	var out []byte
	for _, r := range text {
		if !notASCII(r) {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := rune(firstN), 0, firstBias
	for done := basic; done < len(text); n++ {
		next := rune(0x10ffff)
		for _, r := range text {
			if r >= n {
				next = min(next, r)
			}
		}
		delta += int(next-n) * (done + 1)
		n = next
		for _, r := range text {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			out = appendDelta(out, delta, bias)
			bias = adapt(delta, done+1, done == basic)
			delta = 0
			done++
		}
		delta++
	}
	return string(out)
}

// appendDelta appends a generalized variable-length integer (section 3.3).
func appendDelta(out []byte, q, bias int) []byte {
	for k := base; ; k += base {
		t := min(max(k-bias, tMin), tMax)
		if q < t {
			return append(out, digits[q])
		}
		out = append(out, digits[t+(q-t)%(base-t)])
		q = (q - t) / (base - t)
	}
}

func adapt(delta, points int, first bool) int {
	if first {
		delta /= damp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (base-tMin)*tMax/2; k += base {
		delta /= base - tMin
	}
	return k + (base-tMin+1)*delta/(delta+skew)
}
