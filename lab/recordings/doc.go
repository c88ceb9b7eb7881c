// Package recordings stores what the real servers showed: one small file for each stack, vintage and
// scenario, in a form that reads well in a diff.
//
//	store := recordings.Store{Dir: "lab/recordings"}
//	recording, err := store.Load("uvicorn", "2023-03", "pool-order-four")
package recordings
