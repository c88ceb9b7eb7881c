// Package attack plays hostile conversations against target-server, and checks its state afterwards.
//
// A [Round] is everything that happens to one server, generated from a seed: its flags, its clients
// with every byte they send, the commands to its admin address, and the signals to its processes. The
// same seed, stack and vintage give the same round, so a [Finding] can be repeated by playing its round
// again:
//
//	go run ./lab/cmd/attack --seed 42 --stack uvicorn --vintage current --rounds 1
//
// Each round has a server of its own, with real processes and real sockets; most are built with the
// race detector. After the clients have left, the server must be in the same state as before: see
// [Checks] for the list.
//
// The seed does not determine timing: which of two clients arrives first may differ between runs. So a
// round whose finding depends on timing is played again before the finding counts; see [Runner].
//
// [Prove] breaks target-server on purpose, once for each check, and shows that the check fails.
package attack
