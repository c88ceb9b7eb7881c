package program_test

import (
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
)

func TestFunctionNames(t *testing.T) {
	routes := []string{
		"GET /", "POST /", "GET /items/{id}", "GET /items/id", "DELETE /a-b.c/", "DELETE /a/b_c", "GET /a_2", "GET /a", "GET /a/", "GET /~",
	}
	p, err := program.Read("x.yaml", []byte(`routes: {"`+strings.Join(routes, `": {def: []}, "`)+`": {def: []}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "index post_index get_items_id get_items_id_2 delete_a_b_c delete_a_b_c_2 get_a_2 get_a get_a_3 index_2"
	check.Equal(t, "names", strings.Join(p.FunctionNames(), " "), want)
}
