// Package servers knows how to start what the lab compares: the real servers, in environments pinned by version and
// hash, and target-server itself with the flags that mean the same.
//
// Ensure makes the environments and does nothing when they already match:
//
//	dir, err := servers.Ensure(ctx, "lab/.env", servers.Uvicorn, servers.Vintage202303, os.Stderr)
//	cmd := servers.Real{Dir: dir}.Command(servers.Config{Mode: "threadpool", Limit: 4}, 18000)
//
// It does not start processes; package driver does.
package servers
