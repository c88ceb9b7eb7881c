#!/usr/bin/env bash
# Plays the article's load: many JMeter users at once, of which 40 requests run while the others wait. The
# first 40 requests are long, so that all users have arrived before any request is done. The others are short,
# and delayed by three seconds, so that the long ones come first.
#
#   deploy/try-jmeter.sh [users=10000] [rampup=30]
#
# It fails unless, at some moment, every user was connected and exactly 40 requests had been started, and in
# the end every request was answered. Needed: Go, Java, Maven, and ss from iproute2.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
users=10000 rampup=30
for arg in "$@"; do
  case $arg in
    users=*) users=${arg#users=} ;;
    rampup=*) rampup=${arg#rampup=} ;;
    *)
      printf 'try-jmeter: unknown argument "%s"; accepted: users=N, rampup=SECONDS\n' "$arg" >&2
      exit 2
      ;;
  esac
done
port=${PORT:-17080}
limit=40
out=$(mktemp -d /tmp/try-jmeter.XXXXXX)
server='' jmeter=''

clean() {
  local code=$?
  [[ -z $jmeter ]] || kill "$jmeter" 2>/dev/null || true
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  if [[ $code == 0 ]]; then rm -rf "$out"; else printf 'try-jmeter: logs are in %s\n' "$out" >&2; fi
}
trap clean EXIT

fail() {
  printf 'try-jmeter: %s\n' "$*" >&2
  exit 1
}

# connected counts the server's ends of established connections, whether or not the server has accepted them.
connected() { ss -Htn state established "( sport = :$port )" | wc -l; }

started() { grep -c 'processing request' "$out/server.log" || true; }

deploy/jmeter/run.sh fetch
ulimit -n "$(ulimit -Hn)"
make --no-print-directory build
dist/target-server --addr="127.0.0.1:$port" --limit="$limit" --sleep=20ms --ready-file="$out/ready" >"$out/server.log" 2>&1 &
server=$!
for _ in $(seq 100); do [[ -e $out/ready ]] && break; sleep 0.1; done
[[ -e $out/ready ]] || fail 'the server is not ready after 10 s'

hold=$((rampup + 20))
JMETER_OUT=$out deploy/jmeter/run.sh users="$users" rampup="$rampup" port="$port" \
  query="\${__jexl3(\${count} <= $limit ? \"&sleep=${hold}s\" : \"\")}" \
  delay="\${__jexl3(\${count} <= $limit ? 0 : 3000)}" &
jmeter=$!
most=0 working=0
while kill -0 "$jmeter" 2>/dev/null; do
  now=$(connected)
  ((now > most)) && most=$now
  if ((now == users && working == 0)); then
    working=$(started)
    printf '%d connections established, %d requests started, %s\n' "$now" "$working" "$(grep VmRSS "/proc/$server/status" | tr -s '\t ' ' ')"
  fi
  sleep 0.5
done
wait "$jmeter" || fail 'JMeter missed answers'
jmeter=''

((most == users)) || fail "at most $most connections were established at once, not $users"
((working == limit)) || fail "$working requests had been started when all $users users had connected, not $limit"
(($(started) == users)) || fail "$(started) requests were started, not $users"
done_=$(grep -c 'done request' "$out/server.log")
((done_ == users)) || fail "$done_ requests were done, not $users"
kill "$server"
code=0
wait "$server" || code=$?
server=''
((code == 0)) || fail "the server's exit status was $code"
printf '%d users: all connected at once, %d requests running at a time, none refused, none lost\n' "$users" "$limit"
