#!/usr/bin/env bash
# Tests the stack under Docker Swarm: independent replicas, a rolling update under load, and the effect of a
# health check on a blocked loop. It puts the engine (set by DOCKER_HOST) into swarm mode, and leaves it at
# the end. It needs Go, Python, curl, and root, for clients within the stack's network. Exit status 0 if
# everything passed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export IMAGE=target-server:try-swarm-$$ LIMIT=2 SLEEP=100ms PORT=0
stack=try-swarm-$$
door=$stack-door # a container whose network the clients share
service=${stack}_server
dir=$(mktemp -d)
swarm=''

say() { printf -- '-- %s\n' "$*"; }

fail() {
  printf 'try-swarm: %s\n' "$*" >&2
  docker service ps --no-trunc "$service" >&2 || true
  exit 1
}

clean() {
  docker rm --force "$door" >/dev/null 2>&1 || true
  if [[ -n $swarm ]]; then
    docker stack rm "$stack" >/dev/null 2>&1 || true
    docker swarm leave --force >/dev/null 2>&1 || true
  fi
  docker ps --all --quiet --filter "ancestor=$IMAGE" | xargs --no-run-if-empty docker rm --force >/dev/null 2>&1 || true
  docker rmi --force "$IMAGE" "$IMAGE-$own" >/dev/null 2>&1 || true
  rm -rf "$dir"
}

# until_says COMMAND... WANTED waits, at most a minute, until the command prints WANTED.
until_says() {
  local wanted=${*: -1} got=
  local -a command=("${@:1:$#-1}")
  for _ in $(seq 300); do
    got=$("${command[@]}" 2>&1) && [[ $got == "$wanted" ]] && return
    sleep 0.2
  done
  fail "wanted \"$wanted\" from: ${command[*]}; the last output was \"$got\""
}

# deploy waits until every replica is healthy, and lets the clients in.
deploy() {
  docker stack deploy --resolve-image never --compose-file deploy/swarm/stack.yaml "$stack" >/dev/null 2>&1
  until_says running "$REPLICAS/$REPLICAS"
  docker run --detach --name "$door" --network "${stack}_front" --no-healthcheck "$IMAGE" --log-format=off >/dev/null
}

# remove removes the stack. Its network can be removed only after the last replica has ended, and docker stack
# rm does not wait for that.
remove() {
  docker rm --force "$door" >/dev/null
  for _ in $(seq 100); do
    docker stack rm "$stack" >/dev/null 2>&1 && [[ -z $(docker network ls --quiet --filter "name=${stack}_front") ]] && return
    sleep 0.2
  done
  fail 'the stack was not removed'
}

# running is the number of healthy replicas, and how many there should be.
running() { docker service ls --filter "name=$service" --format '{{.Replicas}}'; }

updated() { docker service inspect --format '{{.UpdateStatus.State}}' "$service"; }

containers() { docker ps --quiet --filter "label=com.docker.swarm.service.name=$service"; }

# replaced says yes if a container other than the one in before is healthy.
replaced() {
  local now
  now=$(containers)
  [[ -n $now && $now != *"$before"* && $(running) == 1/1 ]] && echo yes
}

# clients COMMAND... runs deploy/swarm/clients.py in the network of the stack, with its names.
clients() {
  nsenter --net="/proc/$(docker inspect --format '{{.State.Pid}}' "$door")/ns/net" unshare --mount \
    bash -c 'mount --bind "$0" /etc/resolv.conf && exec python3 deploy/swarm/clients.py "$@"' "$dir/resolv.conf" "$@"
}

# urls are the published ports: the swarm's only one, several times, or that of each replica.
urls() {
  if [[ $PORT_MODE == ingress ]]; then
    local port
    port=$(docker service inspect --format '{{(index .Endpoint.Ports 0).PublishedPort}}' "$service")
    for _ in $(seq 20); do printf 'http://127.0.0.1:%s\n' "$port"; done
  else
    containers | while read -r id; do printf 'http://%s\n' "$(docker port "$id" 8080/tcp | head -n 1 | sed 's/0\.0\.0\.0/127.0.0.1/')"; done
  fi
}

own=$(docker version --format '{{.Server.Arch}}')
[[ $(docker info --format '{{.Swarm.LocalNodeState}}') == inactive ]] || fail 'this engine is already in a swarm'
trap clean EXIT
make --no-print-directory image IMAGE="$IMAGE" PLATFORMS="$own" >/dev/null
docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1 >/dev/null
swarm=yes
if [[ -e /proc/net/ip_vs ]]; then
  export PORT_MODE=ingress ENDPOINT_MODE=vip
else
  say 'this kernel has no IPVS, so there is no routing mesh: using ports of the node, and a name that resolves to every replica'
  export PORT_MODE=host ENDPOINT_MODE=dnsrr
fi

say 'two replicas, both healthy'
export REPLICAS=2
deploy
printf 'nameserver 127.0.0.11\n' >"$dir/resolv.conf"

say 'the published ports reach both'
for url in $(urls); do
  got=$(curl --silent --max-time 10 "$url/?id=1") || fail "$url did not answer"
  [[ $got == '"hello"' ]] || fail "$url answered \"$got\""
done
answered=$(clients stats | python3 -c 'import json, sys; print(sum(row["answered"] > 0 for row in json.load(sys.stdin).values()))')
[[ $answered == 2 ]] || fail "$answered replicas answered, not 2"

say 'the queue is not shared: four requests to one replica with two threads'
got=$(clients crowd 4 1s)
printf '[running, queued] of each replica: %s\n' "$got"
[[ $got == '[[2, 2], [0, 0]]' ]] || fail 'wanted [[2, 2], [0, 0]]'

say 'a third replica and a rolling update, under load'
clients load 16 20 500ms >"$dir/load" &
load=$!
sleep 1
docker service update --detach --quiet --replicas 3 --env-add TARGET_SERVER_LIMIT=50 "$service" >/dev/null
until_says updated completed
until_says running 3/3
wait "$load" || fail 'the clients failed'
cat "$dir/load"
python3 - "$dir/load" <<'CHECK' || fail 'requests were lost, or no replica was replaced'
import json, sys

got = json.load(open(sys.argv[1]))
sys.exit(not (got["sent"] == got.get("answered") > 100 and got["replicas"] > 3))
CHECK
got=$(clients stats | python3 -c 'import json, sys; print([row["limit"] for row in json.load(sys.stdin).values()])')
[[ $got == '[50, 50, 50]' ]] || fail "the limits are $got"

say 'a replica with a blocked loop fails the health check, and is killed with its requests'
remove
export REPLICAS=1 MODE=async-misuse GRACE=1s
deploy
before=$(containers)
got=$(clients one 60s)
printf '%s\n' "$got"
[[ $got != *answered* ]] || fail 'the request was answered'
until_says replaced yes
docker service ps --no-trunc --filter desired-state=shutdown --format '{{.CurrentState}}: {{.Error}}' "$service"

remove

say 'all checks of the stack passed'
