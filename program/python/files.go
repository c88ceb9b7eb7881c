package python

import (
	"strconv"
	"strings"

	"github.com/target-server/target-server/program"
)

// file is one that the printed program makes when it is imported.
type file struct {
	name  string // of the variable that has its path
	route string // the function that sends it, after which it is called
	size  int64
}

// fileText fills in what files consist of, and when they were last modified.
var fileText = strings.NewReplacer("ALPHABET", alphabet(), "DATE", strconv.FormatInt(program.FileTime().Unix(), 10))

func alphabet() string {
	letters := make([]byte, 26)
	program.FileBytes(letters, 0)
	return string(letters)
}

// file notes a route's file, and returns the name of the variable with its path.
func (m *module) file(route string, size int64) string {
	name := m.names.take(route+"_file", "_")
	m.use("make_file")
	m.files = append(m.files, file{name, route, size})
	return name
}

// mounts prints the folders that are served as they are, after all routes.
func (m *module) mounts(folders []*program.Folder) {
	if len(folders) == 0 {
		return
	}
	var b block
	for i, folder := range folders {
		sizes := node{open: "{", close: "}", always: true}
		for _, f := range folder.Files {
			size := atom(strconv.FormatInt(f.Size, 10))
			size.lead = quoted(f.Name) + ": "
			sizes.items = append(sizes.items, size)
		}
		made := call(m.use("make_folder"), textNode("static_"+strconv.Itoa(i+1)), sizes)
		b.put("", call("app.mount", textNode(folder.Path), call(m.use("StaticFiles"), keyword("directory", made))), "")
	}
	m.parts = append(m.parts, append([]string{"", ""}, b.lines...))
}

// fields are the arguments for the fields of a form.
func (f *function) fields() []argument {
	var all []argument
	for _, field := range f.form {
		class, kind := "Form", "str"
		if field.IsFile {
			class, kind = "File", f.m.use("UploadFile")
		}
		var arguments []node
		if field.Optional {
			kind += " | None"
			arguments = append(arguments, atom("None"))
		}
		name := f.parameter(field.Name)
		if name != field.Name {
			arguments = append(arguments, keyword("alias", textNode(field.Name)))
		}
		value := call(f.m.use(class), arguments...)
		value.lead = name + ": " + kind + " = "
		all = append(all, argument{value, true})
	}
	return all
}

const makeFolder = `
def make_folder(name, sizes):
    """Make a folder of files, by their names and sizes."""
    for file, size in sizes.items():
        make_file(name + "/" + file, size)
    return os.path.join(files.name, name)
`

const makeFile = `
def make_file(name, size):
    """Make a file of that size, of letters, with a date that is always the same."""
    path = os.path.join(files.name, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    letters = b"ALPHABET" * 40_000
    with open(path, "wb") as file:
        for left in range(size, 0, -len(letters)):
            file.write(letters[:left])
    os.utime(path, (DATE, DATE))
    return path
`
