# shellcheck shell=bash disable=SC2034 # the variables are for the caller
# Runs target-server for a shell script: source it. Needed: bash 4, curl, jq. Copy this file.
#
#   target_server_start [FLAG...]   sets TARGET_URL, ADMIN_URL and TARGET_PIDS (of its workers)
#   target_server_ask METHOD PATH   calls the admin address; its /openapi.yaml describes all operations
#   target_server_sum NAME          a number from GET /stats, summed over all workers
#   target_server_reset             no request running or queued, all counts 0, the initial limit
#   target_server_stop
#
# The binary is $TARGET_SERVER_BINARY, or target-server in the PATH. One server at a time.

target_server_start() {
  TARGET_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/target-server.XXXXXX")
  local binary=${TARGET_SERVER_BINARY:-target-server} ready=$TARGET_FOLDER/ready.json
  # A coprocess has a pipe as its standard input, which only this shell keeps open: commands that the shell
  # runs do not inherit it. The server runs while it is open; it ends when we close it, or when the kernel
  # does because we were killed.
  coproc TARGET_SERVER {
    exec "$binary" --addr=127.0.0.1:0 --admin-addr=127.0.0.1:0 --ready-file="$ready" --exit-with-parent "$@" >"$TARGET_FOLDER/log" 2>&1
  }
  TARGET_PID=$TARGET_SERVER_PID TARGET_INPUT=${TARGET_SERVER[1]}
  local tries=0
  until [[ -e $ready ]]; do # the file appears only when it is complete
    if ! kill -0 "$TARGET_PID" 2>/dev/null || ((++tries > 1000)); then
      printf 'target-server is not ready:\n%s\n' "$(cat "$TARGET_FOLDER/log")" >&2
      target_server_stop
      return 1
    fi
    sleep 0.01
  done
  TARGET_URL=http://$(jq -r '.addresses[0]' "$ready")
  ADMIN_URL=$(jq -r .admin_url "$ready")
  mapfile -t TARGET_PIDS < <(jq -r '.pids[]' "$ready")
}

target_server_ask() { curl --silent --show-error --fail-with-body --max-time 70 --request "$1" "$ADMIN_URL$2"; }

target_server_sum() { target_server_ask GET /stats | jq "map(.$1) | add"; }

target_server_reset() {
  target_server_ask POST /reset >/dev/null                    # releases everything
  target_server_ask GET '/wait?busy=0&waiting=0' >/dev/null
  target_server_ask POST /reset >/dev/null                    # and clears the counts of that
}

target_server_stop() {
  [[ -n ${TARGET_PID:-} ]] || return 0
  eval "exec $TARGET_INPUT>&-" 2>/dev/null || true
  wait "$TARGET_PID" 2>/dev/null || true
  rm -rf "$TARGET_FOLDER"
  TARGET_PID=''
}
