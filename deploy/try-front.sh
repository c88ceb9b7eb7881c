#!/usr/bin/env bash
# Tests deploy/compose: checks its files, and plays overload (lab/front) with real HAProxy, nginx and
# Prometheus processes on this machine. It takes about 45 s. The images of compose.yaml are not pulled.
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
# Every variable in the balancers' files is set by compose.yaml, or has a default.
given=$("${config[@]}" --file $compose/compose.yaml config)
for name in $(grep -v '^ *#' $compose/nginx.conf.template | grep -o '\${[A-Z_0-9]*}' | tr -d '${}' | sort -u); do
  grep -q "^ *$name:" <<<"$given" || fail "nginx.conf.template needs $name, but compose.yaml does not set it"
done
# Prometheus uses names, which the targets must accept.
for name in $(grep -o 'target-[0-9]*:9090' $compose/targets.yml); do
  grep -q -- "--admin-host=.*${name%:*}" <<<"$given" || fail "Prometheus uses the name $name, but --admin-host in compose.yaml does not list it"
done

say 'overload, as in docs/in-front.md'
go run ./lab/cmd/front --check "$@"
