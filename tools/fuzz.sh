#!/usr/bin/env bash
# Runs every fuzz test of the packages named, one after another, since go test takes one at a time.
#
#   FUZZ=pattern FUZZTIME=30s tools/fuzz.sh ./...
set -euo pipefail

go=${GO:-go}
for package in $("$go" list "$@"); do
  # Benchmarks, tests and examples are left out by the prefix.
  for name in $("$go" test -list "${FUZZ:-.}" "$package" | grep '^Fuzz' || true); do
    printf '== %s %s\n' "$package" "$name"
    "$go" test -run='^$' -fuzz="^$name\$" -fuzztime="${FUZZTIME:-30s}" -fuzzminimizetime=10x "$package"
  done
done
