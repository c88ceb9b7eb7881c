package pace

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// How often the reference program runs, for about a tenth of a millisecond each time: first until everything that it needs
// has been loaded, and then to be measured.
const (
	unmeasured = 15
	runs       = 25
)

// Reference runs the reference program a few times and returns a time that a tenth of the runs did not exceed. It takes a few
// milliseconds. The shortest runs had the core to themselves: what clients take from it under load is in the costs.
//
// The program reads and writes text with the standard library. What slows Python down slows this down as much, above all
// a second thread on the same core: like an interpreter, it is a lot of code that branches all the time. A short loop of
// arithmetic would hardly notice.
func Reference() time.Duration {
	var times []time.Duration
	size := 0
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // collecting garbage is none of it
	for i := range unmeasured + runs {
		began := time.Now()
		size += work(i)
		if i >= unmeasured {
			times = append(times, time.Since(began))
		}
	}
	if size == 0 { // never; so that nothing is left out
		return 0
	}
	slices.Sort(times)
	return times[len(times)/10]
}

// What the reference program reads.
const (
	document = `{"a":[1,2.5,{"b":"x\u00e9y","c":null}],"d":{"e":true,"f":"1234567890"},"g":-17e3}`
	request  = "GET /a/b?id=7&x=%20y HTTP/1.1\r\nHost: localhost:80\r\nAccept: */*\r\nUser-Agent: x\r\nCookie: a=b; c=d\r\n\r\n"
)

// work is the reference program. It returns how much it wrote.
func work(seed int) int {
	size := 0
	for i := range 5 {
		n := seed + i
		var v any
		_ = json.Unmarshal([]byte(document), &v) // no part of it fails
		text, _ := json.Marshal(v)
		u, _ := url.Parse(fmt.Sprintf("http://user:pw@host:80/p%%20a/t?h=%d&k=v", n))
		r, _ := http.ReadRequest(bufio.NewReaderSize(strings.NewReader(request), 256))
		a, _ := netip.ParseAddrPort("[fe80::1%eth0]:80")
		size += len(text) + len(u.Query()) + len(r.Header) + int(a.Port())
		size += len(fmt.Sprintf("%v %q %5.2f %x", n, "it's", 3.14159*float64(n), n*n))
		size += len(time.Unix(int64(n)*1e6, 5).UTC().Format(time.RFC1123))
		size += len(base64.StdEncoding.EncodeToString(text))
		size += len(new(big.Int).Exp(big.NewInt(int64(n+3)), big.NewInt(40), nil).String())
		words := strings.Fields(strings.ToUpper(request))
		slices.Sort(words)
		size += len(strings.Join(words, ","))
	}
	return size
}
