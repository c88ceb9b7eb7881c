package form

import "fmt"

// parts is what Starlette does at python-multipart's callbacks (starlette.formparsers.MultiPartParser).
type parts struct {
	form          *Form
	name, value   []byte // of the header that is being read
	disposition   []byte
	headers       []Header
	field         int    // the part's; -1 if it is none of the form's
	data          []byte // of a text that is needed
	size          int    // of a text
	file          *File  // of a part that is one
	ended         int    // in which of the form's writes the part has ended, or 0
	files, fields int
}

// begin is on_part_begin.
func (p *parts) begin() {
	p.disposition, p.headers, p.field, p.data, p.size, p.file, p.ended = nil, nil, -1, nil, 0, nil, 0
}

// headerField is on_header_field. Older releases have no limit for names: of one that is longer than each that matters,
// the rest is not kept.
func (p *parts) headerField(data []byte) {
	if !p.bounded() {
		const most = 64
		data = data[:min(len(data), max(0, most-len(p.name)))]
	}
	p.name = append(p.name, data...)
}

// headerValue is on_header_value.
func (p *parts) headerValue(data []byte) error {
	switch {
	case p.bounded():
		p.value = append(p.value, data...)
	case string(lower(p.name)) == disposition:
		return p.form.keep(&p.value, data)
	}
	return nil
}

// headerEnd is on_header_end.
func (p *parts) headerEnd() {
	name := string(lower(p.name))
	if name == disposition {
		p.disposition = p.value
	}
	if p.bounded() {
		p.headers = append(p.headers, Header{name, latin1(p.value)})
	}
	p.name, p.value = nil, nil
}

const disposition = "content-disposition"

// bounded reports whether the headers of a part are few and short.
func (p *parts) bounded() bool { return p.form.version.maxText > 0 }

// headersFinished is on_headers_finished.
func (p *parts) headersFinished() error {
	_, options := p.form.version.options(p.disposition)
	if !p.bounded() {
		p.form.release(len(p.disposition))
	}
	p.disposition = nil
	name, found := options["name"]
	if !found {
		return &Refusal{`The Content-Disposition header field "name" must be provided.`}
	}
	p.field = p.form.field(p.form.text(name))
	filename, found := options["filename"]
	if !found {
		if p.fields++; p.fields > maxFields {
			return &Refusal{fmt.Sprintf("Too many fields. Maximum number of fields is %d.", maxFields)}
		}
		return nil
	}
	if p.files++; p.files > maxFiles {
		return &Refusal{fmt.Sprintf("Too many files. Maximum number of files is %d.", maxFiles)}
	}
	p.file = &File{Name: p.form.text(filename)}
	if p.field >= 0 && p.form.fields[p.field].Headers {
		p.file.Headers = p.headers
	}
	return nil
}

// partData is on_part_data.
func (p *parts) partData(data []byte) error {
	if p.file != nil {
		p.write(int64(len(data)))
		return nil
	}
	p.size += len(data)
	if limit := p.form.version.maxText; limit > 0 && p.size > limit {
		return &Refusal{fmt.Sprintf("Part exceeded maximum size of %dKB.", limit>>10)}
	}
	if p.ended > 0 || !p.form.needsText(p.field) {
		return nil
	}
	return p.form.keep(&p.data, data)
}

// write writes to the file, in a thread if it is on disk, and in newer releases also if it moves there
// (starlette.datastructures.UploadFile.write).
func (p *parts) write(n int64) {
	inThread := p.file.OnDisk
	p.file.Size += n
	p.file.OnDisk = p.file.Size > p.form.version.spool
	if inThread || p.file.OnDisk && p.form.version.writesAhead {
		p.form.work.Writes++
	}
	if p.file.OnDisk && !inThread && p.ended > 0 { // python-multipart 0.0.6 may give data to a part that has ended
		p.spooled()
	}
}

// spooled notes that the file is on disk, and the part has ended.
func (p *parts) spooled() {
	p.form.OnDisk++
	if p.ended == p.form.writes {
		p.form.work.Seeks++
	}
}

// end is on_part_end.
func (p *parts) end() {
	p.ended = p.form.writes
	item := Item{Kind: Upload, File: p.file}
	switch {
	case p.file == nil && p.size == 0:
		item.Kind = Empty
	case p.file == nil:
		item = Item{Kind: Text, Text: p.form.text(p.data), kept: len(p.data)}
	case p.file.OnDisk:
		p.spooled()
	}
	if p.field >= 0 {
		p.form.set(p.field, item)
	}
	p.data = nil
}
