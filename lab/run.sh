#!/bin/sh
# lab/run.sh           beside the real servers, then the wrong variants, and the page of both
# lab/run.sh core      the core scenarios beside the real servers
# lab/run.sh record    refresh the recordings from the real servers
# lab/run.sh self      the real servers against themselves
# What follows goes to the lab: lab/run.sh core --vintage current
set -eu
cd "$(dirname "$0")/.."
what=${1:-all}
[ $# -eq 0 ] || shift
case $what in
all)
	failed=0 # what differs or is not caught is on the page as well
	go run ./lab/cmd/lab --live "$@" || failed=1
	go run ./lab/cmd/lab --variants || failed=1
	go run ./lab/cmd/lab --report
	exit $failed
	;;
core) go run ./lab/cmd/lab --live --core "$@" ;;
record) go run ./lab/cmd/lab --record "$@" ;;
self) go run ./lab/cmd/lab --self "$@" ;;
*)
	echo "lab/run.sh: $what is not known; say all, core, record or self" >&2
	exit 2
	;;
esac
