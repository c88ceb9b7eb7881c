// Package servers starts what the lab compares: the real servers, in environments pinned by version and
// hash, and target-server with the equivalent flags.
//
// Ensure installs the environments; it does nothing if they are up to date:
//
//	dir, err := servers.Ensure(ctx, "lab/.env", servers.Uvicorn, servers.Vintage202303, os.Stderr)
//	cmd := servers.Real{Dir: dir}.Command(servers.Config{Mode: "threadpool", Limit: 4}, 18000)
//
// It does not start processes; package driver does.
package servers
