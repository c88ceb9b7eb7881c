package fastapi

import (
	"strconv"
	"strings"

	"github.com/target-server/target-server/apps/fastapi/form"
	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/internal/pyvalue"
	"github.com/target-server/target-server/program"
)

// formPlan is what FastAPI does with the form of a route.
type formPlan struct {
	fields   []form.Field
	declared []declared // the fields, as parameters of the body
	files    []bool     // which of them are files
	upload   *call      // a write, a seek or a close of a file on disk
}

// newFormPlan makes the plan of a route's form, or nil.
func (v *Version) newFormPlan(process *functions.Process, route *program.Route) *formPlan {
	if len(route.Form) == 0 {
		return nil
	}
	p := &formPlan{upload: &call{kind: anUpload, name: "upload", session: -1, function: process.New(nil, nil, nil)}}
	texts := namesFields(route, route.Named()[len(route.Parameters):])
	for _, f := range route.Form {
		parameter := program.Parameter{Name: f.Name, Type: program.Str, Optional: f.Optional}
		p.declared = append(p.declared, declared{Parameter: parameter, place: inBody})
		p.files = append(p.files, f.IsFile)
		p.fields = append(p.fields, form.Field{Name: f.Name, Text: f.IsFile && v.pydantic.showsInput || !f.IsFile && texts, Headers: !f.IsFile})
	}
	return p
}

// namesFields reports whether a route's texts may name the fields of its form.
func namesFields(route *program.Route, fields []program.Parameter) bool {
	pieces := program.Pieces(route.Body, fields)
	return len(pieces) > 1 || len(pieces) == 1 && pieces[0].Name != "" || logs(route.Steps) || logsAny(route.Background)
}

func logsAny(all []program.Function) bool {
	for _, f := range all {
		if logs(f.Steps) {
			return true
		}
	}
	return false
}

func logs(steps []program.Step) bool {
	for _, s := range steps {
		if s.Kind == program.Log || logs(s.Do) {
			return true
		}
	}
	return false
}

// validate returns the values of a form's texts as Python's str() writes them, or what is wrong with its fields
// (fastapi.dependencies.utils.request_body_to_args).
func (p *formPlan) validate(v *Version, items []form.Item) ([]string, []fieldError) {
	var values []string
	var errs []fieldError
	for i := range p.declared {
		d, item := &p.declared[i], items[i]
		wrong, input := noProblem, ""
		switch {
		case item.Kind <= form.Empty || v.skipsEmptyFiles && item.Kind == form.Upload && item.File.Name == "" && item.File.Size == 0:
			item.Text = none
			if !d.Optional {
				wrong = missing
			}
		case p.files[i] && item.Kind == form.Text:
			wrong, input = notFile, item.Text
		case !p.files[i] && item.Kind == form.Upload:
			wrong, input = notText, describeFile(item.File)
		}
		if wrong != noProblem {
			errs = append(errs, fieldError{d, wrong, input})
		}
		if !p.files[i] {
			values = append(values, item.Text)
		}
	}
	return values, errs
}

// describeFile is an UploadFile as FastAPI's newer release describes it in errors (fastapi.encoders.jsonable_encoder). It
// describes a file all of whose lines have two bytes in another way, which is not imitated.
func describeFile(f *form.File) string {
	var headers []string
	seen := map[string]bool{}
	for _, h := range f.Headers {
		if !seen[h.Name] {
			seen[h.Name] = true
			headers = append(headers, pyvalue.JSON(h.Name)+":"+pyvalue.JSON(h.Value))
		}
	}
	const arguments = `,"_TemporaryFileArgs":{"mode":"w+b","buffering":-1,"suffix":null,"prefix":null,"encoding":null,"newline":null,` +
		`"dir":null,"errors":null}`
	file := `{"_file":{},"_max_size":1048576,"_rolled":false` + arguments + `}`
	switch {
	case f.Size == 0: // dict(file) works where a file has no lines
		file = `{}`
	case f.OnDisk:
		file = `{"_file":{},"_max_size":1048576,"_rolled":true}`
	}
	return `{"filename":` + pyvalue.JSON(f.Name) + `,"file":` + file + `,"size":` +
		strconv.FormatInt(f.Size, 10) + `,"headers":{` + strings.Join(headers, ",") + `},"_max_mem_size":1048576}`
}
