#!/usr/bin/env bash
# Tests the metrics with the real Prometheus: it scrapes three target-servers through an overload, runs every expression of
# deploy/grafana/target-server.json, evaluates the alerts, and lints the names (lab/monitor). Prometheus' own parser in
# Python, which is stricter than Prometheus, reads both formats. It takes about a minute. Needed: Go, prometheus and
# python3-venv.
#
#   deploy/try-metrics.sh [FLAGS of go run ./lab/cmd/monitor]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT

say() { printf -- '-- %s\n' "$*"; }

say 'rules'
promtool check rules deploy/grafana/alerts.yml deploy/compose/rules.yml

say 'the formats, as the official parser reads them'
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement deploy/grafana/requirements.txt
go build -o "$folder/target-server" ./cmd/target-server
"$folder/target-server" --addr=127.0.0.1:0 --admin-addr=127.0.0.1:0 --ready-file="$folder/ready" --workers=2 --program=crud --log-format=off &
server=$!
for _ in $(seq 100); do
  [[ ! -e $folder/ready ]] || break
  sleep 0.1
done
"$folder/venv/bin/python" - "$folder/ready" <<'PYTHON'
import json
import sys
import urllib.request

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text

ready = json.load(open(sys.argv[1]))
for i in range(3):
    urllib.request.urlopen(f"http://{ready['addresses'][0]}/items/{i}").read()
found = []
for parse, accept in (text, "text/plain"), (openmetrics, "application/openmetrics-text; version=1.0.0"):
    request = urllib.request.Request(ready["admin_url"] + "/metrics", headers={"Accept": accept})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Type"].startswith(accept), answer.headers["Content-Type"]
        found.append(list(parse(answer.read().decode())))
counts = [(len(families), sum(len(f.samples) for f in families)) for families in found]
assert counts[0] == counts[1] and counts[0][0] > 40, counts
print(f"{counts[0][0]} metrics, {counts[0][1]} samples in both formats")
PYTHON

say 'three servers and Prometheus'
for attempt in 1 2 3; do # a busy machine can delay a scrape past its time; a real fault comes again
  if go run ./lab/cmd/monitor --check "$@"; then
    exit 0
  fi
  say "attempt $attempt of 3 failed"
done
exit 1
