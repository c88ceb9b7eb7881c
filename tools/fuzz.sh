#!/usr/bin/env bash
# Runs every fuzz test of the packages named, one after another, since a run takes one at a time.
#
#   FUZZ=pattern FUZZTIME=30s tools/fuzz.sh ./...
#
# It does so with two processes, unless FUZZPARALLEL says otherwise. What `go test -fuzz` would do is done in two
# steps, so that only this module's packages are instrumented: the counters of net/http and all that it
# imports would be looked through after every execution, which halves their number.
set -euo pipefail

go=${GO:-go}
module=$("$go" list -m)
binary=$(mktemp)
trap 'rm -f "$binary"' EXIT
for package in $("$go" list "$@"); do
  # Benchmarks, tests and examples are left out by the prefix.
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
