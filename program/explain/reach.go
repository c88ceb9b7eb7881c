package explain

import (
	"fmt"

	"github.com/target-server/target-server/limiter"
)

// words say what a route reaches.
func (r Route) words(c Conditions) string {
	answered := "answered after " + span(r.Answer)
	switch {
	case len(r.Ceilings) == 0:
		return "has no ceiling in this model; " + answered
	case r.Outrun == OutrunAlways:
		return fmt.Sprintf("is %s, %s; its %s end at most at %s (%s): above that, answers go on, and %s",
			answered, r.answersAlone(), r.follows, rate(r.Ceilings[0].Rate), r.Ceilings[0].name(), r.growing(c))
	}
	text := fmt.Sprintf("reaches at most %s (%s), %s; %s",
		rate(r.Ceilings[0].Rate), r.Ceilings[0].name(), r.atOnce(c), answered)
	if r.Outrun == OutrunSometimes {
		text += fmt.Sprintf("; if requests arrive faster than that, answers may outrun the %s, %s, and %s",
			r.follows, r.answersAlone(), r.growing(c))
	}
	return text
}

// atOnce says with how many requests at once a route reaches its ceiling.
func (r Route) atOnce(c Conditions) string {
	var text string
	switch {
	case r.FallsBeyond == 0:
		text = fmt.Sprintf("with %d or more at once", r.AtOnce)
	case r.AtOnce <= r.FallsBeyond:
		text = fmt.Sprintf("with %d to %d at once", r.AtOnce, r.FallsBeyond)
	default:
		text = fmt.Sprintf("and less beyond %d at once", r.FallsBeyond)
	}
	if c.Workers > 1 {
		text += ", evenly spread over the workers"
	}
	return text
}

// answersAlone says how many answers there can be without regard to what follows them.
func (r Route) answersAlone() string {
	if len(r.Answers) == 0 {
		return "without a ceiling in this model"
	}
	return fmt.Sprintf("up to %s (%s)", rate(r.Answers[0].Rate), r.Answers[0].name())
}

// growing says what becomes of tasks that answers outrun, and of other requests then.
func (r Route) growing(c Conditions) string {
	text := fmt.Sprintf("the queue of %s grows", r.follows)
	switch {
	case r.queue != inThreads:
		return fmt.Sprintf("%s, in which every query of %s waits", text, r.queue)
	case c.Order == limiter.LIFO:
		return text + " (last in, first out: def routes overtake it when a thread is free)"
	}
	return text + ", in which every def route waits"
}
