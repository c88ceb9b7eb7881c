#!/usr/bin/env bash
# Tries the image under a Docker engine of its own: started here by hand, with folders and a socket of its own, and stopped by its
# process id. Needs root and docker.io.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dir=$(mktemp -d /tmp/ci-docker.XXXXXX)
engine=''

clean() {
  local code=$?
  if [[ -n $engine ]]; then
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
    umount "$dir"/exec/netns/* 2>/dev/null || true # of containers in the host's network
  fi
  [[ $code == 0 ]] || tail -n 40 "$dir/log" >&2 || true
  rm -rf "$dir" || true
}
trap clean EXIT

# A socket's path may not be longer than about 100 bytes, so the folder is in /tmp.
export DOCKER_HOST=unix://$dir/docker.sock
dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" --host "$DOCKER_HOST" >"$dir/log" 2>&1 &
engine=$!
for _ in $(seq 300); do
  docker version >/dev/null 2>&1 && break
  kill -0 "$engine" 2>/dev/null || { printf 'dockerd ended\n' >&2; exit 1; }
  sleep 0.2
done
docker info --format 'Docker {{.ServerVersion}}, {{.Driver}} on Linux {{.KernelVersion}}'
deploy/try-image.sh
