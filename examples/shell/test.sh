#!/usr/bin/env bash
# What the client does when the service is full: the server holds requests until it is told to continue. Exit
# status 0 if all tests passed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
source ./target-server.sh

trap target_server_stop EXIT
failed=0 passed=0

# equal WHAT GOT WANTED
equal() {
  [[ $2 == "$3" ]] && return
  printf '  %s: got "%s", wanted "%s"\n' "$1" "$2" "$3"
  return 1
}

# run TITLE runs the function test_TITLE in a subshell, with the server reset to its initial state.
run() {
  target_server_reset
  if ("test_$1"); then
    printf 'ok      %s\n' "$1"
    ((++passed))
  else
    printf 'FAILED  %s\n' "$1"
    ((++failed))
  fi
}

ask() { target_server_ask "$@" >/dev/null; }

# fill takes both threads and the place in the queue.
fill() {
  ask POST /hold
  ./hello.sh "$TARGET_URL" 1 >/dev/null &
  ./hello.sh "$TARGET_URL" 2 >/dev/null &
  ask GET '/wait?busy=2'
  ./hello.sh "$TARGET_URL" 3 >/dev/null &
  ask GET '/wait?waiting=1'
}

test_an_answer() {
  equal answer "$(./hello.sh "$TARGET_URL" 1)" '"hello"' || return
  equal answered "$(target_server_sum answered)" 1
}

test_gives_up_when_nobody_answers() {
  local code=0
  ask POST /hold
  ./hello.sh "$TARGET_URL" 1 >/dev/null &
  ./hello.sh "$TARGET_URL" 2 >/dev/null &
  ask GET '/wait?busy=2'
  ./hello.sh "$TARGET_URL" 3 0.2 || code=$?
  equal 'exit status of curl, 28 for a timeout' "$code" 28 || return
  ask GET '/wait?zombies=1' || return # the server knows that the client has left,
  ask POST /release
  wait
  ask GET '/wait?busy=0&waiting=0'
  # and ran the request anyway, like the real one.
  equal 'its outcome' "$(target_server_ask GET /requests | jq -r '.[-1] | "\(.id) \(.outcome)"')" '3 client left'
}

test_says_so_when_the_line_is_full() {
  fill || return
  equal answer "$(./hello.sh "$TARGET_URL" 4 5 1)" '{"detail":"Service Unavailable"}' || return
  equal refused "$(target_server_sum refused)" 1
}

test_tries_again_when_there_is_room() {
  fill || return
  ./hello.sh "$TARGET_URL" 4 5 4 >"$TARGET_FOLDER/fourth" &
  for _ in $(seq 500); do # until it has been refused: then it pauses, and tries again
    (($(target_server_sum refused) == 0)) || break
  done
  ask POST /release
  wait
  equal answer "$(cat "$TARGET_FOLDER/fourth")" '"hello"' || return
  equal 'last status' "$(target_server_ask GET /requests | jq '[.[] | select(.id == "4")][-1].status')" 200
}

test_the_last_in_line_is_served_first() {
  local number
  ask PUT '/limit?value=1'
  ask POST /hold
  ./hello.sh "$TARGET_URL" 0 >/dev/null &
  ask GET '/wait?busy=1'
  for number in 1 2 3; do
    ./hello.sh "$TARGET_URL" "$number" >/dev/null &
    ask GET "/wait?waiting=$number" || return
  done
  ask POST /release
  wait
  equal order "$(target_server_ask GET /requests | jq -r 'sort_by(.start) | map(.id) | join(" ")')" '0 3 2 1'
}

# A test of target-server.sh itself. Do not copy it.
test_nothing_stays_when_the_tests_are_killed() {
  local pids
  bash -c 'source ./target-server.sh; target_server_start --workers=2; echo "$TARGET_PID ${TARGET_PIDS[*]}" >"$1"; wait "$TARGET_PID"' - "$TARGET_FOLDER/pids" &
  until [[ -s $TARGET_FOLDER/pids ]]; do sleep 0.01; done
  read -ra pids <"$TARGET_FOLDER/pids"
  equal 'processes that run' "$(running "${pids[@]}")" 3 || return
  kill -KILL $!
  wait $! 2>/dev/null || true
  timeout 10 bash -c "$(declare -f running)"'; until (($(running "$@") == 0)); do sleep 0.1; done' - "${pids[@]}" && return
  equal 'processes that are still running' "$(running "${pids[@]}")" 0
}

# running counts the running processes; zombies do not count.
running() { ps -o stat= -p "$(IFS=,; echo "$*")" | grep -cv '^Z' || true; }

target_server_start --limit=2 --queue=1 --sleep=0s
for title in an_answer gives_up_when_nobody_answers says_so_when_the_line_is_full tries_again_when_there_is_room; do run "$title"; done
target_server_stop
target_server_start --sleep=0s
for title in the_last_in_line_is_served_first nothing_stays_when_the_tests_are_killed; do run "$title"; done

printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
