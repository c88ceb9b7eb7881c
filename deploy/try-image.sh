#!/usr/bin/env bash
# Tries the Docker image as a stranger would: builds it, serves from it under every restriction that Docker offers, and stops
# it. It needs Go, curl, Python and a Docker engine (DOCKER_HOST says which). Exit code 0 if all went well.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
image=target-server:try-$$
name=target-server-try-$$

say() { printf -- '-- %s\n' "$*"; }

fail() {
  printf 'try-image: %s\n' "$*" >&2
  docker logs "$name" 2>&1 | tail -n 40 >&2 || true
  exit 1
}

clean() {
  docker rm --force --volumes "$name" >/dev/null 2>&1 || true
  docker rmi --force "$image" >/dev/null 2>&1 || true
}
trap clean EXIT

# until_says COMMAND... WANTED waits, half a minute at most, until the command prints what is wanted.
until_says() {
  local wanted=${*: -1} got=
  local -a command=("${@:1:$#-1}")
  for _ in $(seq 150); do
    got=$("${command[@]}" 2>&1) && [[ $got == "$wanted" ]] && return
    sleep 0.2
  done
  fail "wanted \"$wanted\" from: ${command[*]}; last came \"$got\""
}

# serve starts a container that has nothing but the image and a port, with the flags given.
serve() {
  docker rm --force "$name" >/dev/null 2>&1 || true
  docker run --detach --name "$name" --publish 127.0.0.1::8080 \
    --read-only --cap-drop=ALL --security-opt=no-new-privileges --memory=256m \
    --health-interval=1s --health-retries=2 "$image" "$@" >/dev/null
  url=http://$(docker port "$name" 8080/tcp | head -n 1)
}

# stops_with CODE stops the container and expects that exit code.
stops_with() {
  docker stop -t 20 "$name" >/dev/null
  local code
  code=$(docker inspect --format '{{.State.ExitCode}}' "$name")
  [[ $code == "$1" ]] || fail "stopping ended with $code, not $1"
}

health() { docker inspect --format '{{.State.Health.Status}}' "$name"; }

say 'the image is one static binary'
make --no-print-directory image IMAGE="$image"
docker image inspect --format '{{.Size}} bytes, user {{.Config.User}}' "$image"
[[ $(docker image inspect --format '{{.Config.User}}' "$image") == 65532:65532 ]] || fail 'the user is not 65532:65532'
docker run --rm --name "$name" "$image" version

say 'wrong input ends with 2'
code=0
docker run --rm --name "$name" "$image" --limit=0 || code=$?
[[ $code == 2 ]] || fail "--limit=0 ended with $code"

say 'it serves, and is healthy with every thread busy'
serve --sleep=100ms --limit=1
until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
curl --silent --max-time 60 "$url/?id=2&sleep=4s" >/dev/null &
busy=$!
until_says health healthy
wait "$busy"

say 'it stops when told'
stops_with 0

say "so does today's Uvicorn: it would die by the signal, but a container's first process cannot"
serve --vintage=current --sleep=100ms
until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
stops_with 0

say 'two workers and their parent'
serve --sleep=100ms --workers=2
until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
[[ $(docker top "$name" -o pid,args | grep -c target-server) -ge 3 ]] || fail 'there are not three processes'
stops_with 0

say 'a blocked loop is unhealthy, until it is free again'
serve --mode=async-misuse --sleep=100ms
until_says health healthy
curl --silent --max-time 60 "$url/?id=1&sleep=15s" >/dev/null &
busy=$!
until_says health unhealthy
wait "$busy"
until_says health healthy

say 'in 64 MB it holds 10,000 requests, and heads that do not end do not get it killed'
docker rm --force "$name" >/dev/null 2>&1 || true
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
docker run --detach --name "$name" --network=host --memory=64m --memory-swap=64m "$image" \
  --addr="127.0.0.1:$port" --sleep=1h --log-format=off >/dev/null
url=http://127.0.0.1:$port
until_says curl --silent --max-time 5 "$url/nowhere" '{"detail":"Not Found"}'
ulimit -n "$(ulimit -Hn)"
python3 - "$port" <<'CLIENTS' || fail 'it did not hold what it was to'
import contextlib, socket, sys

server = ("127.0.0.1", int(sys.argv[1]))
held = []
for i in range(10_000):
    held.append(socket.create_connection(server))
    held[-1].sendall(b"GET /?id=%d HTTP/1.1\r\nHost: x\r\n\r\n" % i)
for _ in range(100):
    endless = socket.create_connection(server)
    with contextlib.suppress(OSError):  # those that go too far are cut off
        endless.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * (8 << 20))
    held.append(endless)
with socket.create_connection(server) as other:
    other.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"404 Not Found" in other.recv(4096)
CLIENTS
[[ $(docker inspect --format '{{.State.Running}} {{.State.OOMKilled}}' "$name") == 'true false' ]] || fail 'it was killed'
docker rm --force "$name" >/dev/null

say 'the image is fine'
