#!/usr/bin/env bash
# Tests the image and the Swarm stack under a separate Docker engine in separate namespaces: its containers,
# bridges and iptables rules are invisible to the rest of the machine, and end with this script. Needs root
# and docker.io.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

outside() {
  go mod download # the namespaces have no outside network
  dir=$(mktemp -d /tmp/ci-docker.XXXXXX)
  trap 'rm -rf "$dir"' EXIT
  unshare --mount --net --pid --fork --kill-child --mount-proc "${BASH_SOURCE[0]}" inside "$dir" "$@"
}

# inside DIR COMMAND... is process 1 of the namespaces: when it ends, whatever still runs there is killed.
inside() {
  dir=$1
  shift
  trap stop EXIT
  ip link set lo up
  # A socket's path may not be longer than about 100 bytes, so the folder is in /tmp.
  export DOCKER_HOST=unix://$dir/docker.sock
  dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" --host "$DOCKER_HOST" >"$dir/log" 2>&1 &
  engine=$!
  for _ in $(seq 300); do
    docker version >/dev/null 2>&1 && break
    kill -0 "$engine" 2>/dev/null || { printf 'dockerd ended\n' >&2; return 1; }
    sleep 0.2
  done
  docker info --format 'Docker {{.ServerVersion}}, {{.Driver}} on Linux {{.KernelVersion}}'
  "$@"
}

stop() {
  local code=$?
  if [[ -n ${engine:-} ]]; then
    kill "$engine" 2>/dev/null || true # it removes the control groups, which the end of a namespace does not
    wait "$engine" 2>/dev/null || true
  fi
  [[ $code == 0 ]] || tail -n 40 "$dir/log" >&2 || true
}

everything() {
  deploy/try-image.sh
  deploy/try-swarm.sh
}

case ${1:-} in
  inside) inside "${@:2}" ;;
  '') outside "${BASH_SOURCE[0]}" everything ;;
  everything) everything ;;
  *) outside "$@" ;; # another command, such as deploy/try-image.sh
esac
