#!/usr/bin/env bash
# Runs the recipes of docs/load.md, shortened, against targets whose correct result is known in advance: 40 threads, each busy for
# 100 ms, can do 400 requests a second and no more.
#
#   deploy/load/try.sh [all]    all: oha as well, which cargo needs some minutes to build
#
# Every command is taken from docs/load.md as it is written there; only its duration and its ports are changed. Figures that a
# busy machine could spoil have wide margins, and a failure counts only if it comes twice.
#
# Needed: Go, curl, Python 3, wrk, hey, ab (apache2-utils) and cpulimit; Java and Maven for JMeter. vegeta is built by Go.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
case ${1-} in
  '' | all) ;;
  *)
    printf 'try: "%s" is unknown; accepted: all, or nothing\n' "$1" >&2
    exit 2
    ;;
esac
vegeta=v12.13.0 oha=1.16.0
limit=${LIMIT:-40} # another one must fail
seconds=2          # of load, for a recipe that says 10s
out=$(mktemp -d /tmp/try-load.XXXXXX)
server='' label=''

say() { printf -- '-- %s\n' "$*"; }

fail() {
  printf 'try: %s: %s\n' "$label" "$*" >&2
  return 1
}

stop() {
  [[ -n $server ]] || return 0
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=''
}

clean() {
  local code=$?
  stop
  [[ $code == 0 ]] || tail -n 40 "$out"/screen >&2 || true
  rm -rf "$out"
}
trap clean EXIT

# serve starts a target with the flags given, on free ports.
serve() {
  stop
  rm -f "$out/ready"
  "$out/target-server" --addr=127.0.0.1:0 --admin-addr=127.0.0.1:0 --log-format=off --ready-file="$out/ready" "$@" 2>"$out/server.log" &
  server=$!
  for _ in $(seq 100); do [[ -e $out/ready ]] && break; sleep 0.1; done
  [[ -e $out/ready ]] || { cat "$out/server.log" >&2; fail 'the target is not ready after 10 s'; }
  address=$(ready 'r["addresses"][0]')
  admin=$(ready 'r["admin_url"]')
}

ready() { python3 -c "import json, sys; r = json.load(open(sys.argv[1])); print($1)" "$out/ready"; }

# recipe COMMAND runs a command of docs/load.md, shortened; what it prints is in $out/screen.
recipe() {
  label=$1
  grep -qxF -- "$1" docs/load.md || { fail 'no such line in docs/load.md'; exit 1; }
  local command
  command=$(sed -E \
    -e "s#127\.0\.0\.1:8080#$address#g; s#port=8080#port=${address##*:}#" \
    -e "s#target-server beside --#target-server beside --admin-addr $admin --#" \
    -e "s#(-d|-z |-duration )10s#\1${seconds}s#; s#-n 4000#-n 800#; s#loops=50#loops=15#; s#/tmp/vegeta#$out/vegeta#g" <<<"$1")
  bash -c "set -euo pipefail; $command" >"$out/screen" 2>&1 || fail 'it failed'
}

# within WHAT LOWEST HIGHEST VALUE
within() {
  python3 -c 'import sys; sys.exit(not float(sys.argv[1]) <= float(sys.argv[3]) <= float(sys.argv[2]))' "$2" "$3" "${4:-nan}" ||
    fail "$1: wanted $2 to $3, got \"${4-}\""
}

# seen PATTERN prints what stands in the place of the pattern's group on the screen.
seen() { sed -nE "s#(^|.*[^0-9.])$1.*#\2#p" "$out/screen" | head -n 1; }

# report EXPRESSION prints a value of vegeta's JSON report; times are nanoseconds.
report() {
  "$out/vegeta-bin/vegeta" report -type=json "$out/vegeta.bin" |
    python3 -c "import json, sys; r = json.load(sys.stdin); l = r['latencies']; print($1)"
}

# slower MILLISECONDS prints how many of vegeta's answers took longer.
slower() {
  "$out/vegeta-bin/vegeta" encode -to csv "$out/vegeta.bin" |
    python3 -c "import csv, sys; print(sum(int(row[2]) > $1e6 for row in csv.reader(sys.stdin)))"
}

# twice FUNCTION counts a failure only if it comes again.
twice() {
  say "${1//_/ }, at $((SECONDS - began)) s"
  if ! "$1"; then
    say 'once more'
    "$1" || exit 1
  fi
}

# In what follows every line that can fail ends with || return: set -e means nothing in a condition.

wrk_at_capacity() {
  recipe "wrk -t1 -c80 -d10s --latency 'http://127.0.0.1:8080/?id=1'" || return
  within 'requests a second' 300 412 "$(seen 'Requests/sec: *([0-9.]+)')" || return
  within 'median in ms' 190 260 "$(seen ' 50% +([0-9.]+)ms')"
}

hey_at_capacity() {
  recipe "hey -z 10s -c 80 'http://127.0.0.1:8080/?id=1'" || return
  within 'requests a second' 300 412 "$(seen 'Requests/sec:\s*([0-9.]+)')" || return
  within 'median in s' 0.19 0.26 "$(seen ' 50%* in ([0-9.]+) secs')"
}

ab_at_capacity() {
  recipe "ab -q -c 80 -n 4000 'http://127.0.0.1:8080/?id=1'" || return
  within 'requests a second' 300 412 "$(seen 'Requests per second: *([0-9.]+)')" || return
  within 'median in ms' 190 260 "$(seen ' 50% +([0-9]+)')"
}

jmeter_at_capacity() {
  recipe 'deploy/jmeter/run.sh users=80 rampup=1 loops=50 query= port=8080' || return
  within 'answers' 1200 1200 "$(seen '([0-9]+) of 1200')" || return
  within 'requests a second, the arrival of the users among them' 215 412 "$(seen 'summary = *1200 in .*= *([0-9.]+)/s')"
}

vegeta_below_capacity() {
  recipe "echo 'GET http://127.0.0.1:8080/?id=1' | vegeta attack -rate 300 -duration 10s -timeout 0 | tee /tmp/vegeta.bin | vegeta report" || return
  within 'success' 1 1 "$(report 'r["success"]')" || return
  within 'median in ms' 100 130 "$(report 'l["50th"] / 1e6')"
}

# At 600 a second for 3 s, 1800 come, and 1200 of them can be answered meanwhile.
vegeta_above_capacity() {
  local seconds=3
  recipe "echo 'GET http://127.0.0.1:8080/?id=1' | vegeta attack -rate 600 -duration 10s -timeout 0 | tee /tmp/vegeta.bin | vegeta report" || return
  within 'success' 1 1 "$(report 'r["success"]')" || return
  within 'answers a second' 300 404 "$(report 'r["throughput"]')" || return
  within 'duration of the whole in s' 4.4 6 "$(report '(r["duration"] + r["wait"]) / 1e9 if "'"$1"'" == "fifo" else 4.5')" || return
  local slow
  slow=$(slower 300)
  if [[ $1 == fifo ]]; then
    within 'answers after 300 ms' 1300 1800 "$slow" || return
    within 'longest in s' 1.2 3 "$(report 'l["max"] / 1e9')"
  else
    within 'answers after 300 ms' 500 1200 "$slow" || return
    within 'longest in s' 3 7 "$(report 'l["max"] / 1e9')"
  fi
}

vegeta_above_capacity_first_come_first_served() { vegeta_above_capacity fifo; }
vegeta_above_capacity_last_come_first_served() { vegeta_above_capacity lifo; }

# frozen COMMAND runs a recipe while the loop stands still from its second second on, for a second and a half.
frozen() {
  local seconds=3
  (sleep 1; curl --silent --max-time 10 "http://$address/?id=0&sleep=1500ms" >/dev/null) &
  local freezer=$! code=0
  recipe "$1" || code=$?
  wait "$freezer" || true
  return "$code"
}

# One client sends nothing while it waits for its one slow answer…
a_freeze_as_hey_sees_it() {
  frozen "hey -z 10s -c 1 -q 100 'http://127.0.0.1:8080/?id=1'" || return
  within 'longest in s' 1.3 2.5 "$(seen 'Slowest:\s*([0-9.]+) secs')" || return
  within '95th percentile in s' 0 0.3 "$(seen ' 95%* in ([0-9.]+) secs')"
}

# …while those who come whether or not others wait are 150 in a second and a half.
a_freeze_as_vegeta_sees_it() {
  frozen "echo 'GET http://127.0.0.1:8080/?id=1' | vegeta attack -rate 100 -duration 10s -timeout 0 | tee /tmp/vegeta.bin | vegeta report" || return
  within 'answers after 300 ms' 80 180 "$(slower 300)"
}

verdict() {
  local got
  got=$(grep -E '^beside: (the target is|target and|the machine|the generator|it changes|no request)' "$out/screen") || fail 'no verdict' || return
  [[ $got == "beside: $1"* ]] || fail "the verdict: wanted \"$1\", got \"$got\""
}

too_few_connections() {
  recipe "target-server beside -- wrk -t1 -c10 -d10s 'http://127.0.0.1:8080/?id=1'" || return
  within 'requests a second' 70 104 "$(seen 'Requests/sec: *([0-9.]+)')" || return
  verdict 'the target is not the limit'
}

too_few_threads() {
  recipe "target-server beside -- wrk -t1 -c80 -d10s 'http://127.0.0.1:8080/?id=1'" || return
  verdict 'the target is the limit: all its threads are in use'
}

# wrk gets a tenth of a processor. What it measures is its own pauses.
a_slow_generator() {
  local seconds=3
  recipe "target-server beside -- cpulimit -q -f -l 10 -- wrk -t1 -c64 -d10s --latency 'http://127.0.0.1:8080/?id=1'" || return
  within "the generator's 99th percentile in ms" 50 3000 "$(seen ' 99% +([0-9.]+)ms')" || return
  within "requests queued" 0 0 "$(seen 'queued +([0-9.]+) on average')" || return
  grep -Eq 'held .*; [0-9.]+µs each' "$out/screen" || fail "no time below 1 ms at the target: $(grep held "$out/screen")"
}

a_blocked_loop() {
  recipe "target-server beside -- wrk -t1 -c10 -d10s 'http://127.0.0.1:8080/?id=1'" || return
  verdict 'the target is the limit: its loop is blocked'
}

# With one connection, oha's times still count from when a request was due.
oha_corrects() {
  frozen "oha --no-tui -z 10s -c 1 -q 100 --latency-correction 'http://127.0.0.1:8080/?id=1'" || return
  within '90th percentile in s' 0.3 2.5 "$(seen ' 90.00% in ([0-9.]+) sec')"
}

began=$SECONDS
go build -o "$out/target-server" ./cmd/target-server
mkdir "$out/vegeta-bin"
GOBIN=$out/vegeta-bin go install "github.com/tsenart/vegeta/v12@$vegeta" 2>"$out/screen"
export PATH=$out:$out/vegeta-bin:$PATH
say "built in $((SECONDS - began)) s"

serve --vintage=current --limit="$limit" --sleep=100ms
twice wrk_at_capacity
twice hey_at_capacity
twice ab_at_capacity
twice jmeter_at_capacity
twice vegeta_below_capacity
twice vegeta_above_capacity_first_come_first_served
twice too_few_connections
twice too_few_threads
serve --limit="$limit" --sleep=100ms
twice vegeta_above_capacity_last_come_first_served
serve --mode=cooperative --sleep=0s
twice a_slow_generator
serve --mode=async-misuse --sleep=100ms
twice a_blocked_loop
serve --mode=async-misuse --sleep=1ms
twice a_freeze_as_hey_sees_it
twice a_freeze_as_vegeta_sees_it
if [[ ${1-} == all ]]; then
  cargo install --quiet --locked --root "$out/oha" "oha@$oha"
  export PATH=$out/oha/bin:$PATH
  twice oha_corrects
fi
stop
say "the recipes are fine, after $((SECONDS - began)) s"
