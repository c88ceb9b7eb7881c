package report

func (f Figure) file(vintage string) string { return f.Name + "-" + vintage + ".svg" }

func drawAll(string, Results) error { return nil }
