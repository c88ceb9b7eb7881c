#!/usr/bin/env bash
# Tests the Docker image from the outside: builds it, runs it with Docker's hardening options, and stops it.
# It needs Go, curl, Python and a Docker engine (set by DOCKER_HOST). Exit status 0 if everything passed.
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
  docker rmi --force "$image" "$image-amd64" "$image-arm64" >/dev/null 2>&1 || true
}
trap clean EXIT

# until_says COMMAND... WANTED waits, at most half a minute, until the command prints WANTED.
until_says() {
  local wanted=${*: -1} got=
  local -a command=("${@:1:$#-1}")
  for _ in $(seq 150); do
    got=$("${command[@]}" 2>&1) && [[ $got == "$wanted" ]] && return
    sleep 0.2
  done
  fail "wanted \"$wanted\" from: ${command[*]}; the last output was \"$got\""
}

# serve starts a container with only the image, a port and the given flags.
serve() {
  docker rm --force "$name" >/dev/null 2>&1 || true
  docker run --detach --name "$name" --publish 127.0.0.1::8080 \
    --read-only --cap-drop=ALL --security-opt=no-new-privileges --memory=256m \
    --health-interval=1s --health-retries=2 "$image" "$@" >/dev/null
  url=http://$(docker port "$name" 8080/tcp | head -n 1)
}

# stops_with CODE stops the container and expects that exit status.
stops_with() {
  docker stop -t 20 "$name" >/dev/null
  local code
  code=$(docker inspect --format '{{.State.ExitCode}}' "$name")
  [[ $code == "$1" ]] || fail "the exit status after the stop was $code, not $1"
}

state() { docker inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$name"; }

# pids are the container's running processes.
pids() { docker top "$name" -o pid | tail -n +2 | sort -n | xargs; }

zombies() { ps --ppid "$(docker inspect --format '{{.State.Pid}}' "$name")" -o stat= | grep -c '^Z' || true; }

processes() { pids | wc -w; }

# replaced says yes if, of the processes in before, the first is still running and none of the others is.
replaced() {
  local now
  now=$(pids)
  [[ ${now%% *} == "${before%% *}" ]] || return
  [[ -z $(comm -12 <(tr ' ' '\n' <<<"${before#* }" | sort) <(tr ' ' '\n' <<<"${now#* }" | sort)) && $(wc -w <<<"$now") == 3 ]] && echo yes
}

# until_logs PATTERN waits until the container's log has a matching line.
until_logs() {
  for _ in $(seq 150); do
    docker logs "$name" 2>&1 | grep -q "$1" && return
    sleep 0.1
  done
  fail "no line of the log matches $1"
}

health() { docker inspect --format '{{.State.Health.Status}}' "$name"; }

label() { docker image inspect --format "{{index .Config.Labels \"org.opencontainers.image.$1\"}}" "$image"; }

say 'two images, each one static binary of at most 6 MB compressed'
make --no-print-directory image IMAGE="$image"
for arch in amd64 arm64; do
  one=$image-$arch
  [[ $(docker image inspect --format '{{.Os}}/{{.Architecture}} {{.Config.User}}' "$one") == "linux/$arch 65532:65532" ]] ||
    fail "$one is $(docker image inspect --format '{{.Os}}/{{.Architecture}}, for user {{.Config.User}}' "$one")"
  docker create --name "$name" --platform "linux/$arch" "$one" >/dev/null
  files=$(docker export "$name" | tar --list | grep -v -e '/$' -e '^dev/' -e '^etc/' -e '^\.dockerenv$')
  [[ $files == target-server ]] || fail "$one holds $files"
  docker rm "$name" >/dev/null
  bytes=$(docker save "$one" | gzip -9 | wc -c)
  ((bytes <= 6000000)) || fail "$one has $bytes bytes compressed"
  printf '%s: %d bytes compressed\n' "$one" "$bytes"
done

say 'its labels agree with the binary'
version=$(docker run --rm --name "$name" "$image" version)
printf '%s\n' "$version"
[[ $version == "target-server $(label version) "* ]] || fail "the label says version $(label version)"
if git rev-parse HEAD >/dev/null 2>&1; then
  [[ $(label revision) == "$(git rev-parse HEAD)" && $version == *"$(label revision)"*"$(label created)"* ]] ||
    fail "the labels say revision $(label revision) of $(label created)"
fi

if qemu=$(command -v qemu-aarch64-static) && [[ $(docker version --format '{{.Server.Arch}}') == amd64 ]]; then
  say 'the image for the other platform works under emulation'
  docker run --detach --name "$name" --platform linux/arm64 --publish 127.0.0.1::8080 --volume "$qemu:/qemu:ro" --no-healthcheck \
    --entrypoint /qemu "$image-arm64" /target-server --sleep=10ms >/dev/null
  url=http://$(docker port "$name" 8080/tcp | head -n 1)
  until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
  stops_with 0
  docker rm "$name" >/dev/null
fi

say 'wrong input gives exit status 2'
code=0
docker run --rm --name "$name" "$image" --limit=0 || code=$?
[[ $code == 2 ]] || fail "--limit=0 ended with $code"

say 'it answers, and is healthy with every thread busy'
serve --sleep=100ms --limit=1
until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
curl --silent --max-time 60 "$url/?id=2&sleep=4s" >/dev/null &
busy=$!
until_says health healthy
wait "$busy"

say 'it stops on SIGTERM'
stops_with 0

say "so does today's Uvicorn: the signal would kill it, but not as a container's first process"
serve --vintage=current --sleep=100ms
until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
stops_with 0

say 'SIGTERM lets requests finish, with two workers and their parent'
serve --sleep=100ms --workers=2
until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
[[ $(processes) == 3 ]] || fail "there are $(processes) processes, not 3"
answer=$(mktemp)
curl --silent --max-time 60 "$url/?id=2&sleep=2s" >"$answer" &
busy=$!
until_logs 'processing request id\[2\]'
docker kill --signal TERM "$name" >/dev/null
wait "$busy" || fail "the running request was lost"
got=$(<"$answer")
rm "$answer"
[[ $got == '"hello"' ]] || fail "the running request was answered with \"$got\""
until_says state 'exited 0'

say 'signals have the same effect as on the real server'
serve --vintage=current --sleep=100ms --workers=2
until_says health healthy
before=$(pids)
docker kill --signal HUP "$name" >/dev/null # today's Uvicorn replaces its workers
until_says replaced yes
until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
stops_with 0
serve --sleep=100ms --workers=2
until_says health healthy
before=$(pids)
docker kill --signal HUP "$name" >/dev/null # the signal would kill that of 2023-03, but not as a container's first process
docker kill --signal USR1 "$name" >/dev/null
until_says curl --silent --max-time 5 "$url/?id=1" '"hello"'
[[ $(pids) == "$before" ]] || fail "the processes were $before and are now $(pids)"
docker kill --signal INT "$name" >/dev/null
until_says state 'exited 0'
serve --stack=gunicorn-uvicorn --sleep=100ms --workers=1
until_says health healthy
docker kill --signal TTIN "$name" >/dev/null # one worker more
until_says processes 3
docker kill --signal TERM "$name" >/dev/null
until_says state 'exited 0'
serve --stack=node --sleep=100ms # it ignores SIGTERM, so the engine has to kill it
until_says health healthy
docker stop --time 1 "$name" >/dev/null
until_says state 'exited 137'

say 'it reaps orphaned processes'
for workers in 1 2; do
  serve --sleep=100ms --workers="$workers"
  until_says health healthy
  before=$(pids)
  docker exec --detach "$name" /target-server --workers=2 --addr=127.0.0.1:9090
  until_says processes $((${workers/1/0} + 1 + 3))
  # The parent of these is killed. They end with it, as children of the container's first process.
  kill -KILL "$(docker top "$name" -o pid,args | awk '/addr=127.0.0.1:9090/ { print $1; exit }')"
  until_says pids "$before"
  # The engine's table omits zombies, so this asks the kernel for the children of the first process.
  until_says zombies 0
  stops_with 0
done

say 'a blocked loop is unhealthy, until it is free again'
serve --mode=async-misuse --sleep=100ms
until_says health healthy
curl --silent --max-time 60 "$url/?id=1&sleep=15s" >/dev/null &
busy=$!
until_says health unhealthy
wait "$busy"
until_says health healthy

say 'within 64 MB it holds 10,000 requests, and endless heads do not get it killed'
docker rm --force "$name" >/dev/null 2>&1 || true
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
docker run --detach --name "$name" --network=host --memory=64m --memory-swap=64m "$image" \
  --addr="127.0.0.1:$port" --sleep=1h --log-format=off >/dev/null
url=http://127.0.0.1:$port
until_says curl --silent --max-time 5 "$url/nowhere" '{"detail":"Not Found"}'
ulimit -n "$(ulimit -Hn)"
python3 - "$port" <<'CLIENTS' || fail 'it did not hold all requests'
import contextlib, socket, sys

server = ("127.0.0.1", int(sys.argv[1]))
held = []
for i in range(10_000):
    held.append(socket.create_connection(server))
    held[-1].sendall(b"GET /?id=%d HTTP/1.1\r\nHost: x\r\n\r\n" % i)
for _ in range(100):
    endless = socket.create_connection(server)
    with contextlib.suppress(OSError):  # connections that exceed the limit are closed
        endless.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * (8 << 20))
    held.append(endless)
with socket.create_connection(server) as other:
    other.sendall(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"404 Not Found" in other.recv(4096)
CLIENTS
[[ $(docker inspect --format '{{.State.Running}} {{.State.OOMKilled}}' "$name") == 'true false' ]] || fail 'it was killed'
docker rm --force "$name" >/dev/null

say 'all checks of the image passed'
