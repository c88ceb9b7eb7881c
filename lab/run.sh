#!/bin/sh
# lab/run.sh           compare with the real servers, try the wrong variants, and make the page of both
# lab/run.sh core      compare the core scenarios with the real servers
# lab/run.sh record    refresh the recordings from the real servers
# lab/run.sh self      compare the real servers with themselves
# Further arguments are passed to the lab: lab/run.sh core --vintage current
set -eu
cd "$(dirname "$0")/.."
what=${1:-all}
[ $# -eq 0 ] || shift
case $what in
all)
	failed=0 # make the page even if something differs or is not caught
	go run ./lab/cmd/lab --live "$@" || failed=1
	go run ./lab/cmd/lab --variants || failed=1
	go run ./lab/cmd/lab --report
	exit $failed
	;;
core) go run ./lab/cmd/lab --live --core "$@" ;;
record) go run ./lab/cmd/lab --record "$@" ;;
self) go run ./lab/cmd/lab --self "$@" ;;
*)
	echo "lab/run.sh: unknown command $what; accepted are all, core, record and self" >&2
	exit 2
	;;
esac
