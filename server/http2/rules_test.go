package http2

import (
	"math"
	"testing"

	"golang.org/x/net/http2/hpack"

	"github.com/target-server/target-server/internal/check"
)

func TestContentLengthIsPythonsInt(t *testing.T) {
	t.Parallel()
	type result struct {
		length int64
		valid  bool
	}
	for _, test := range []struct {
		text     string
		v41, v44 result
	}{
		{"3", result{3, true}, result{3, true}},
		{"+3", result{3, true}, result{0, false}},
		{"-3", result{negativeLength, true}, result{0, false}},
		{"-0", result{0, true}, result{0, false}},
		{"1_0", result{10, true}, result{0, false}},
		{"1__0", result{0, false}, result{0, false}},
		{"_1", result{0, false}, result{0, false}},
		{"+-1", result{0, false}, result{0, false}},
		{" 3\n", result{3, true}, result{0, false}},
		{"", result{0, false}, result{0, false}},
		{"99999999999999999999", result{math.MaxInt64, true}, result{math.MaxInt64, true}},
	} {
		fields := []hpack.HeaderField{{Name: "content-length", Value: test.text}}
		n, valid := V41.contentLength(fields)
		check.Equal(t, "4.1.0: "+test.text, result{n, valid}, test.v41)
		n, valid = V44.contentLength(fields)
		check.Equal(t, "4.4.1: "+test.text, result{n, valid}, test.v44)
	}
}
