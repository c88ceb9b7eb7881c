// Package watch shows in a terminal what the live page shows in a browser: the pool of every worker, its loop, the queue
// in its order, connection pools, and curves of the last minutes.
//
//	err := watch.Run(ctx, watch.Options{Client: live.New("http://127.0.0.1:9090", "", nil), Out: os.Stdout, Screen: true})
//
// A Model collects frames, a View is what the user has chosen, and Draw makes a Screen of both: a grid of cells, of any
// size, without a terminal. Only screen.go knows the terminal. Ids and routes come from the clients of the server that is
// watched; a Screen contains no control character, whatever they are.
package watch
