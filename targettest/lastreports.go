package targettest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// lastReport is what a worker knew at its end.
type lastReport struct {
	Statistics admin.Statistics
	Requests   []admin.Request
}

// lastReports are those of several workers, by process id.
type lastReports map[int]*lastReport

// suffix ends the name of a file with a report, which is whole: it has another name while it is written.
const suffix = ".json"

// reportTo returns what writes a worker's last report into a folder. A failure leaves the worker without a report.
func reportTo(folder string) func(admin.Statistics, []admin.Request) {
	return func(s admin.Statistics, requests []admin.Request) {
		text, err := json.Marshal(lastReport{s, requests})
		path := filepath.Join(folder, strconv.Itoa(os.Getpid()))
		if err == nil && os.WriteFile(path, text, 0o600) == nil {
			_ = os.Rename(path, path+suffix)
		}
	}
}

// readReports reads the reports in a folder.
func readReports(folder string) (lastReports, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*"+suffix))
	if err != nil {
		return nil, err
	}
	all := lastReports{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		r := &lastReport{}
		if err := json.Unmarshal(text, r); err != nil {
			return nil, fmt.Errorf("last report %s: %w", path, err)
		}
		all[r.Statistics.Worker] = r
	}
	return all, nil
}

// remember asks the workers what they know, for those that will report nothing at their end. One that does not answer
// soon is left out.
func (p *processes) remember() {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	var statistics []admin.Statistics
	var requests []admin.Request
	_, err := p.ask(ctx, "GET", "/stats", &statistics)
	if err == nil {
		_, err = p.ask(ctx, "GET", "/requests", &requests)
	}
	if err != nil {
		return
	}
	all := lastReports{}
	for _, s := range statistics {
		if s.Error == "" {
			all[s.Worker] = &lastReport{Statistics: s}
		}
	}
	for _, r := range requests {
		if of := all[r.Worker]; of != nil {
			of.Requests = append(of.Requests, r)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.before = all
}

// last is what is known of the workers after their end: what each reported then, or else what it said when Terminate
// was called. Workers that had ended before Terminate are left out, as they were while the server ran.
func (p *processes) last() (lastReports, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all, err := readReports(p.reports)
	if err != nil {
		return nil, err
	}
	for pid := range all {
		if p.before != nil && p.before[pid] == nil {
			delete(all, pid)
		}
	}
	for pid, r := range p.before {
		if all[pid] == nil {
			all[pid] = r
		}
	}
	if len(all) == 0 {
		return nil, errors.New("the server has ended, and nothing is known of its end; use Terminate, or ask before Close")
	}
	return all, nil
}

func (l lastReports) statistics() (all []admin.Statistics) {
	for _, r := range l {
		all = append(all, r.Statistics)
	}
	return all
}

// requests returns the requests in the order of their arrival.
func (l lastReports) requests() (all []admin.Request) {
	for _, r := range l {
		all = append(all, r.Requests...)
	}
	slices.SortStableFunc(all, func(a, b admin.Request) int { return a.Arrival.Compare(b.Arrival) })
	return all
}
