#!/usr/bin/env bash
# Runs every fuzz test of the given packages, one after another, because go test can run only one at a time.
#
#   FUZZ=pattern FUZZTIME=30s tools/fuzz.sh ./...
#
# It uses two processes; FUZZPARALLEL changes that. `go test -fuzz` is done in two steps, so that only this
# module's packages are instrumented: otherwise the counters of net/http and everything it imports would be
# scanned after every execution, which halves the number of executions.
set -euo pipefail

go=${GO:-go}
module=$("$go" list -m)
binary=$(mktemp)
trap 'rm -f "$binary"' EXIT
for package in $("$go" list "$@"); do
  # The prefix excludes benchmarks, tests and examples.
  names=$("$go" test -list "${FUZZ:-.}" "$package" | grep '^Fuzz' || true)
  [ -n "$names" ] || continue
  "$go" test -c -o "$binary" -gcflags="$module/...=-d=libfuzzer" "$package"
  cache=$("$go" env GOCACHE)/fuzz/$package
  mkdir -p "$cache"
  for name in $names; do
    printf '== %s %s\n' "$package" "$name"
    (cd "$("$go" list -f '{{.Dir}}' "$package")" && "$binary" -test.v -test.run='^$' -test.fuzz="^$name\$" \
      -test.fuzztime="${FUZZTIME:-30s}" -test.fuzzminimizetime=10x -test.parallel="${FUZZPARALLEL:-2}" -test.fuzzcachedir="$cache")
  done
done
