package tomcat

// ipv6 reads an IPv6 address in brackets (readHostIPv6).
func (r *hostReader) ipv6() bool {
	r.read()
	count, size, colons, mark := 0, 0, 0, r.pos
	double, done := false, false
	for !done {
		c := r.read()
		switch {
		case count == 0 && colons == 1 && c != ':':
			return r.fail(singleStart, "An IPv6 address may not start with a single ':'.")
		case c >= 0 && hex(byte(c)) >= 0:
			if size == 0 {
				colons = 0
				count++
			}
			size++
			if size > 4 {
				return r.fail(hextet, "Invalid hextet. A hextet must consist of 4 or less hex characters.")
			}
		case c == ':':
			switch {
			case colons >= 2:
				return r.fail(manyColons, "An IPv6 address may not contain more than 2 sequential colon characters.")
			case colons == 1 && double:
				return r.fail(twoDoubles, "An IPv6 address may only contain a single '::' sequence.")
			case colons == 1:
				double = true
				count++
			}
			colons++
			mark, size = r.pos, 0
		case c == ']' && colons == 1:
			return r.fail(singleEnd, "An IPv6 address may not end with a single ':'.")
		case c == ']':
			done = true
		case c == '.' && (count == 7 || count < 7 && double):
			r.pos = mark
			if !r.in(embedded, func() bool { return r.number(true) }) {
				return false
			}
			count++
			done = true
		case c == '.':
			return r.fail(misplaced, "The IPv6 address contains an embedded IPv4 address at an invalid location.")
		default:
			return r.fail(otherIPv6, "The character [%s] is never valid in an IPv6 address.", shown(c))
		}
	}
	return r.endIPv6(count, double)
}

func (r *hostReader) endIPv6(count int, double bool) bool {
	switch {
	case count > 8:
		return r.fail(manyHextets,
			"The IPv6 address contains [%s] hextets but a valid IPv6 address may not have more than 8.", grouped(count))
	case count != 8 && !double:
		return r.fail(fewHextets, "An IPv6 address must consist of 8 hextets but this address contains [%d] hextets "+
			"and no '::' sequence to represent one or more zero hextets.", count)
	}
	switch c := r.read(); {
	case c == ':':
		return r.in(portIPv6, r.port)
	case c >= 0:
		return r.fail(afterIPv6,
			"The character [%s] is not permitted to follow an IPv6 address in a host name", shown(c))
	}
	return true
}
