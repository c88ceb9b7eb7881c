package files

import (
	"slices"
	"strings"
)

// date is year, month, day, hour, minute and second, unchecked, as a client wrote them: their time zone is ignored.
type date [6]int64

var months = []string{
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "january", "february", "march",
	"april", "may", "june", "july", "august", "september", "october", "november", "december",
}

var days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// parseDate reads a date as Python's email.utils.parsedate does.
func parseDate(text string) (date, bool) {
	words := dateWords(strings.FieldsFunc(text, isSpace))
	if len(words) < 5 {
		return date{}, false
	}
	day, month, year, clock, zone := words[0], strings.ToLower(words[1]), words[2], words[3], words[4]
	if day == "" || month == "" || year == "" {
		return date{}, false
	}
	if !slices.Contains(months, month) {
		day, month = month, strings.ToLower(day)
	}
	m := slices.Index(months, month)
	if m < 0 {
		return date{}, false
	}
	if strings.IndexByte(year, ':') > 0 {
		year, clock = clock, year
	}
	if year = strings.TrimSuffix(year, ","); year == "" {
		return date{}, false
	}
	if first := []rune(year)[0]; !strings.ContainsRune("0123456789²³¹", first) { // as str.isdigit() has it
		year = zone
	}
	d, ok := numbers(append([]string{year, "0", strings.TrimSuffix(day, ",")}, clockParts(strings.TrimSuffix(clock, ","))...))
	d[0], d[1] = fullYear(d[0]), int64(m%12+1)
	return d, ok
}

// dateWords divides a date into day, month, year, time and zone, with more or fewer words if it is none.
func dateWords(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	if strings.HasSuffix(words[0], ",") || slices.Contains(days, strings.ToLower(words[0])) {
		words = words[1:]
	} else {
		words[0] = words[0][strings.LastIndexByte(words[0], ',')+1:]
	}
	if len(words) == 3 { // RFC 850
		if parts := strings.Split(words[0], "-"); len(parts) == 3 {
			words = append(parts, words[1:]...)
		}
	}
	if len(words) != 4 {
		return words
	}
	clock, sign := words[3], strings.IndexByte(words[3], '+')
	if sign < 0 {
		sign = strings.IndexByte(clock, '-')
	}
	if sign > 0 {
		return append(words[:3:3], clock[:sign], clock[sign:])
	}
	return append(words, "")
}

// clockParts divides a time into hour, minute and second.
func clockParts(clock string) []string {
	parts := strings.Split(clock, ":")
	if len(parts) == 1 && strings.Contains(clock, ".") {
		parts = strings.Split(clock, ".")
	}
	if len(parts) == 2 {
		parts = append(parts, "0")
	}
	return parts
}

// numbers reads the numbers of a date.
func numbers(texts []string) (d date, ok bool) {
	if len(texts) != len(d) {
		return d, false
	}
	for i, text := range texts {
		n, isNumber := integer(text)
		if !isNumber {
			return d, false
		}
		d[i] = n
	}
	return d, true
}

// fullYear is a year that may have been written with two digits.
func fullYear(year int64) int64 {
	switch {
	case year >= 100:
		return year
	case year > 68:
		return year + 1900
	}
	return year + 2000
}
