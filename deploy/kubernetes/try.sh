#!/usr/bin/env bash
# Checks the manifests as far as possible without a cluster: it renders them with kustomize, validates them
# against the schemas of Kubernetes and KEDA, and checks them against each other. Then it starts two processes
# in place of two replicas, with the deployment's arguments, and checks the probes, metrics, queries and
# shutdown as the manifests define them.
#
# Needed: Go, Python 3 with venv, curl, promtool (Debian's package prometheus). kustomize is taken from
# kubectl, or built by Go.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kustomize=v5.7.1 kubernetes_validate=1.37.0 keda=2.16.1.0
here=deploy/kubernetes
out=$(mktemp -d /tmp/try-kubernetes.XXXXXX)
pids=()

say() { printf -- "-- %s, at %d s\n" "$*" "$SECONDS"; }

fail() {
  printf 'try: %s\n' "$*" >&2
  exit 1
}

clean() {
  local pid
  exec 2>/dev/null # bash reports each of them
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done # on SIGTERM it would finish its queue first
  wait 2>/dev/null
  rm -rf "$out"
}
trap clean EXIT

render() {
  if kubectl kustomize --help 2>/dev/null | grep -q -- --load-restrictor; then # version 1.20's does not support folders
    kubectl kustomize "$1"
  else
    [[ -x $out/kustomize ]] || GOBIN=$out go install "sigs.k8s.io/kustomize/kustomize/v5@$kustomize"
    "$out/kustomize" build "$1"
  fi
}

check() { "$out/env/bin/python" "$here/check.py" "$@"; }

value() { check get "$out/target/all.yaml" Deployment "spec.template.spec.$1"; }

# serve NAME [FLAG=VALUE...] starts a replica with the deployment's arguments, except for its ports and the
# given flags.
serve() {
  local name=$1 ready=$out/$1.ready args=() arg
  set -- --addr=127.0.0.1:0 --admin-addr=127.0.0.1:0 "${@:2}"
  while read -r arg; do
    [[ " $*" == *" ${arg%%=*}="* ]] || args+=("$arg")
  done < <(value containers.0.args)
  rm -f "$ready"
  "$out/target-server" "${args[@]}" "$@" --ready-file="$ready" >"$out/$name.log" 2>&1 &
  pids+=($!)
  pid=$!
  for _ in $(seq 100); do [[ -e $ready ]] && break; sleep 0.1; done
  [[ -e $ready ]] || { cat "$out/$name.log" >&2; fail "$name is not ready after 10 s"; }
  address=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["addresses"][0])' "$ready")
  admin=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["admin_url"])' "$ready")
}

# probe NAME does a probe as the kubelet would, and returns the result.
probe() {
  local command
  if [[ $1 == livenessProbe ]]; then
    curl --silent --fail --output /dev/null --max-time "$(value "containers.0.$1.timeoutSeconds")" \
      "$admin$(value "containers.0.$1.httpGet.path")"
    return
  fi
  mapfile -t command < <(value "containers.0.$1.exec.command" | sed "s/^--addr=.*/--addr=$address/")
  timeout "$(value "containers.0.$1.timeoutSeconds")" \
    "$out/target-server" "${command[@]:1}" >"$out/probe" 2>&1
}

# crowd N SLEEP has N clients send a request at once, and prints how many get an answer.
crowd() {
  python3 - "$address" "$1" "$2" <<'CLIENTS'
import socket, sys

host, _, port = sys.argv[1].rpartition(":")
clients = []
for i in range(int(sys.argv[2])):
    clients.append(socket.create_connection((host, int(port))))
    clients[-1].sendall(f"GET /?id={i}&sleep={sys.argv[3]} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
answered = 0
for c in clients:
    try:
        answered += b" 200 OK" in c.recv(4096)
    except OSError:
        pass
print(answered)
CLIENTS
}

stat() { curl --silent --max-time 5 "$admin/stats" | python3 -c "import json, sys; print(json.load(sys.stdin)[0]['$1'])"; }

# until_stat NAME VALUE
until_stat() {
  for _ in $(seq 100); do [[ $(stat "$1") == "$2" ]] && return; sleep 0.1; done
  fail "wanted $1 = $2 in /stats, got $(stat "$1")"
}

say 'schemas, and the consistency of the manifests'
python3 -m venv "$out/env"
"$out/env/bin/pip" install --quiet --no-compile --disable-pip-version-check "kubernetes-validate==$kubernetes_validate" "cloudcoil.models.keda==$keda"
for folder in target hpa keda; do
  mkdir "$out/$folder"
  render "$here/$folder" >"$out/$folder/all.yaml"
done
check manifests "$out/target" "$out/hpa" "$out/keda"

go build -o "$out/target-server" ./cmd/target-server
ulimit -n "$(ulimit -Hn)"

say 'a full pool with a queue: every probe passes, and no CPU time is used'
serve first --sleep=30s
crowd 1040 30s >/dev/null &
pids+=($!)
until_stat waiting 1000
for p in startupProbe readinessProbe livenessProbe; do probe "$p" || fail "$p fails with every thread busy: $(cat "$out/probe")"; done
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; } # hundredths of a second
before=$(ticks)
sleep 5
used=$(($(ticks) - before))
printf '40 running, 1000 queued: %d ms of CPU time in 5 s, %s\n' $((used * 10)) "$(grep VmRSS "/proc/$pid/status" | tr -s '\t ' ' ')"
((used <= 10)) || fail "it used $used hundredths of a second, more than 2 % of a core"

say "the autoscalers' queries, on the metrics of this replica and of an idle one"
curl --silent --fail "$admin/metrics" >"$out/first.prom"
serve second
curl --silent --fail "$admin/metrics" >"$out/second.prom"
check queries "$out/first.prom" "$out/second.prom" >"$out/queries.json"
promtool test rules "$out/queries.json" >"$out/promtool" 2>&1 || { cat "$out/promtool" >&2; fail 'the results of the queries differ from the metrics of the replicas'; }
sed -i 's/"value": 1000/"value": 999/' "$out/queries.json"
! promtool test rules "$out/queries.json" >/dev/null 2>&1 || fail 'promtool does not notice a wrong sum'

say 'a blocked loop: not ready, alive, and a TCP probe passes'
serve blocked --mode=async-misuse
probe readinessProbe || fail 'the readiness probe fails before the loop is blocked'
curl --silent --max-time 20 "http://$address/?id=1&sleep=8s" >/dev/null &
pids+=($!)
until_stat started 1
! probe readinessProbe || fail 'the readiness probe passes with a blocked loop'
probe livenessProbe || fail 'the liveness probe fails with a blocked loop'
"$out/target-server" healthcheck --connect-only --addr="$address" || fail 'the kernel accepts no connection for a blocked loop'

say 'on SIGTERM it finishes running and queued requests'
serve last
crowd 120 1s >"$out/answered" &
clients=$!
until_stat waiting 80
began=$SECONDS
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
wait "$clients"
printf '%d of 120 answered, exit status %d, %d s\n' "$(cat "$out/answered")" "$code" $((SECONDS - began))
((code == 0)) || fail "its exit status was $code"
(($(cat "$out/answered") == 120)) || fail "$(cat "$out/answered") of 120 were answered"
grace=$(value terminationGracePeriodSeconds)
((SECONDS - began < grace)) || fail "it took longer than its grace period of $grace s"
say 'all checks of the manifests passed'
