// Package attack plays hostile conversations against target-server and checks
// what must hold afterwards.
//
// A [Round] is everything that happens to one server, made from a seed: its
// flags, its clients with every byte they send, the commands at its admin address,
// and the signals that its processes get. The same seed, stack and vintage give
// the same round, so a [Finding] is repeated by playing its round again:
//
//	go run ./lab/cmd/attack --seed 42 --stack uvicorn --vintage current --rounds 1
//
// Each round has a server of its own, with real processes and real sockets, most of
// them built with the race detector. After the clients have left, the server must
// be as it was before they came: see [Checks] for the list.
//
// Timing is not part of a seed: which of two clients comes first may differ from
// one playing to the next. A finding that depends on time is therefore played again
// before it counts; see [Runner].
//
// [Prove] breaks target-server on purpose, once for each check, and shows that the attack
// notices.
package attack
