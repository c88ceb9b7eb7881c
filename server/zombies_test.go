package server_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/servertest"
)

// A client that leaves while its request runs leaves a zombie, if the imitated server notices: a thread
// that reads its connection itself does not check before it answers, and a blocked loop sees nothing.
func TestZombies(t *testing.T) {
	blind := map[string]bool{
		"gunicorn-sync": true, "gunicorn-gthread": true, "flask": true, "flask-single": true, "tomcat": true, "waitress": true,
	}
	inEveryMode(t, func(t *testing.T, stack, mode string, w *servertest.World) {
		c := w.Get(0, 7)
		w.At(2*time.Second, c.Abort)
		want := 1
		if blind[stack] || mode == "async-misuse" {
			want = 0
		}
		w.Run(5 * time.Second)
		s := w.Workers[0].Statistics()
		check.Equal(t, "zombies, busy, peak", fmt.Sprint(s.Zombies, s.Busy, s.Peak), fmt.Sprint(want, 1, 1))
		r := w.Workers[0].Requests(0)[0]
		check.Equal(t, "its row", fmt.Sprint(r.ID, r.Outcome, r.Status, r.ClientLeft, r.Work > 4.9 && r.Work <= 5),
			fmt.Sprint("7", admin.Working, 0, want == 1, true))
		w.Run(time.Minute)
		s = w.Workers[0].Statistics()
		check.Equal(t, "in the end", fmt.Sprint(s.Zombies, s.Busy, s.Held, s.Left+s.Answered), "0 0 0 1")
		check.Equal(t, "rows", len(w.Workers[0].Requests(0)), 1)
	})
}
