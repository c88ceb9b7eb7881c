package supervisor_test

import (
	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/stacks"
)

// The parents of the stacks that have one.
var (
	uvicorn021   = parentOf("uvicorn", config.Vintage202303)
	uvicorn054   = parentOf("uvicorn", config.VintageCurrent)
	hypercorn014 = parentOf("hypercorn", config.Vintage202303)
	hypercorn018 = parentOf("hypercorn", config.VintageCurrent)
	gunicorn201  = parentOf("gunicorn-sync", config.Vintage202303)
	gunicorn270  = parentOf("gunicorn-sync", config.VintageCurrent)
)

func parentOf(stack, vintage string) func() supervisor.Policy {
	return func() supervisor.Policy {
		s, err := stacks.Find(stack, vintage)
		if err != nil {
			panic(err) // the tables name both
		}
		return s.Parent.Policy
	}
}
