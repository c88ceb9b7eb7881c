package fastapi

import (
	"fmt"

	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/program"
)

// pydantic is how a release of pydantic reads values and words its errors.
type pydantic struct {
	integer, float func(text string) (string, problem)
	describe       func(fieldError) string
	showsInput     bool // errors show what was given
}

// complaint is the type and the text of an error.
type complaint struct{ kind, text string }

// pydantic1 is pydantic 1.10.
func pydantic1() pydantic {
	complaints := map[program.Type]complaint{
		program.Int:   {"type_error.integer", "value is not a valid integer"},
		program.Float: {"type_error.float", "value is not a valid float"},
		program.Bool:  {"type_error.bool", "value could not be parsed to a boolean"},
	}
	return pydantic{
		integer: pythonInteger,
		float:   pythonFloat,
		describe: func(e fieldError) string {
			c := complaints[e.parameter.Type]
			switch e.problem {
			case missing:
				c = complaint{"value_error.missing", "field required"}
			case notText:
				c = complaint{"type_error.str", "str type expected"}
			case notFile:
				c = complaint{"value_error", expectedFile}
			}
			return fmt.Sprintf(`{"loc":[%q,%q],"msg":%q,"type":%q}`, location(e.parameter), e.parameter.Name, c.text, c.kind)
		},
	}
}

// pydantic2 is pydantic 2.14.
func pydantic2() pydantic {
	complaints := map[program.Type]complaint{
		program.Int:   {"int_parsing", "Input should be a valid integer, unable to parse string as an integer"},
		program.Float: {"float_parsing", "Input should be a valid number, unable to parse string as a number"},
		program.Bool:  {"bool_parsing", "Input should be a valid boolean, unable to interpret input"},
	}
	return pydantic{
		integer:    rustInteger,
		float:      rustFloat,
		showsInput: true,
		describe: func(e fieldError) string {
			c, input, context := complaints[e.parameter.Type], "null", ""
			switch e.problem {
			case missing:
				c = complaint{"missing", "Field required"}
			case tooLarge:
				c = complaint{"int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size"}
			case notText:
				c = complaint{"string_type", "Input should be a valid string"}
			case notFile:
				c, context = complaint{"value_error", "Value error, " + expectedFile}, `,"ctx":{"error":{}}`
			}
			switch e.problem {
			case missing:
			case notText:
				input = e.input
			default:
				input = pyvalue.JSON(e.input)
			}
			return fmt.Sprintf(`{"type":%q,"loc":[%q,%q],"msg":%q,"input":%s%s}`,
				c.kind, location(e.parameter), e.parameter.Name, c.text, input, context)
		},
	}
}

// expectedFile is what UploadFile says of a text.
const expectedFile = "Expected UploadFile, received: <class 'str'>"

// location is where a parameter stands in a request.
func location(p *declared) string {
	switch {
	case p.InPath:
		return "path"
	case p.place == inBody:
		return "body"
	}
	return "query"
}
