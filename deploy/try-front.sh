#!/usr/bin/env bash
# Tries what deploy/compose puts in front of target-server: whether the files are right, and what overload does behind them, by
# real HAProxy, nginx and Prometheus on this machine (lab/front). Some 45 s. The images of compose.yaml are not pulled.
# Needed: Go, haproxy, nginx, prometheus and docker-compose.
#
#   deploy/try-front.sh [FLAGS of go run ./lab/cmd/front]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin
compose=deploy/compose

say() { printf -- '-- %s\n' "$*"; }

fail() {
  printf 'try-front: %s\n' "$*" >&2
  exit 1
}

say 'the files of deploy/compose'
TARGET_1=127.0.0.1:1 TARGET_2=127.0.0.1:2 haproxy -c -f $compose/haproxy.cfg
promtool check config $compose/prometheus.yml
if docker compose version >/dev/null 2>&1; then
  config=(docker compose)
else
  config=(docker-compose)
fi
services=$("${config[@]}" --file $compose/compose.yaml config --services | sort | xargs)
[[ $services == 'haproxy nginx prometheus target-1 target-2' ]] || fail "compose.yaml has the services \"$services\""
# Whatever the balancers' files ask for is given by compose.yaml, or has a default.
given=$("${config[@]}" --file $compose/compose.yaml config)
for name in $(grep -v '^ *#' $compose/nginx.conf.template | grep -o '\${[A-Z_0-9]*}' | tr -d '${}' | sort -u); do
  grep -q "^ *$name:" <<<"$given" || fail "nginx.conf.template needs $name, and compose.yaml does not give it"
done
# Prometheus asks by names, which the targets must know for theirs.
for name in $(grep -o 'target-[0-9]*:9090' $compose/targets.yml); do
  grep -q -- "--admin-host=.*${name%:*}" <<<"$given" || fail "Prometheus asks $name, and --admin-host in compose.yaml does not list it"
done

say 'overload, as docs/in-front.md has it'
go run ./lab/cmd/front --check "$@"
