#!/usr/bin/env bash
# Tests the examples as a user would run them: each is copied into a folder of its own, gets its dependencies,
# and runs against a freshly built binary, all in parallel. Then each runs against a wrong server: without
# --queue, with the queue order of the other vintage, and without --exit-with-parent where the tests are
# killed. Exactly the tests about those must fail.
#
#   examples/try.sh [pytest] [github-actions] [junit] [node] [shell] [contract]
#
# Needed: Go, Python 3.11, Java 17 with Maven, Node 18 with npm, curl, jq. Exit status 0 if everything passed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
repository=$PWD
all=(pytest github-actions junit node shell contract)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/try-examples.XXXXXX")

say() { printf -- '-- %s\n' "$*"; }

fail() {
  printf 'try: %s\n' "$*" >&2
  exit 1
}

# processes prints the processes that run our binary, or a copy of it in the given folder.
processes() {
  local exe
  for exe in /proc/[0-9]*/exe; do
    [[ $(readlink "$exe" 2>/dev/null) == "$1/"* ]] && basename "${exe%/exe}"
  done
  return 0
}

clean() {
  local left
  mapfile -t left < <(processes "$tmp")
  ((${#left[@]} == 0)) || kill -KILL "${left[@]}" 2>/dev/null || true
  rm -rf "$tmp"
}
trap clean EXIT

# place sets up an example with a binary of its own, and a wrong one that is a script around it.
place() {
  mkdir "$tmp/$1" "$tmp/$1/tmp"
  cp -r "examples/$1" "$tmp/$1/example"
  rm -rf "$tmp/$1/example/target"
  cp "$tmp/target-server" "$tmp/$1/target-server"
  cat >"$tmp/$1/wrong" <<'WRONG'
#!/usr/bin/env bash
flags=()
for flag in "$@"; do
  case $flag in
    --queue=*) continue ;;
    --exit-with-parent) [[ "$*" != *--workers=2 ]] || continue ;;
  esac
  flags+=("$flag")
done
exec "$(dirname "$0")/target-server" "${flags[@]}" --vintage=current
WRONG
  chmod +x "$tmp/$1/wrong"
}

# The tests about what the wrong server lacks, as each runner names them. shellcheck disable=SC2034 #
# try_suite finds them by name
{
wrong_pytest='test_nothing_stays_when_the_tests_are_killed test_says_so_when_the_line_is_full test_the_last_in_line_is_served_first test_tries_again_when_there_is_room'
wrong_junit='nothingStaysWhenTheTestsAreKilled saysSoWhenTheLineIsFull theLastInLineIsServedFirst triesAgainWhenThereIsRoom'
wrong_node='nothing_stays_when_the_tests_are_killed says_so_when_the_line_is_full the_last_in_line_is_served_first tries_again_when_there_is_room'
wrong_shell=$wrong_node
}

# For each example: how to install its dependencies, to run its tests, and to read which tests have failed.
get_pytest() { python3 -m venv ../venv && ../venv/bin/pip install --quiet --no-compile --disable-pip-version-check --requirement requirements.txt; }
test_pytest() { ../venv/bin/python -m pytest; }
failed_pytest() { sed -n 's/^FAILED .*::\([a-z_]*\).*/\1/p'; }

get_junit() { :; } # Maven does that during the tests
test_junit() { mvn --batch-mode --no-transfer-progress -Dstyle.color=never test; }
failed_junit() { sed -n 's/^\[ERROR\] hello\.[A-Za-z]*\.\([A-Za-z]*\) -- .*<<<.*/\1/p'; }

get_node() { npm install --silent --no-audit --no-fund; }
test_node() { npm test -- --test-reporter=tap; }
failed_node() { sed -n 's/^not ok [0-9]* - \([a-z ]*\)$/\1/p' | tr ' ' _; }

get_shell() { :; }
test_shell() { ./test.sh; }
failed_shell() { sed -n 's/^FAILED  //p'; }

# try_suite NAME runs the tests with the binary, and with the wrong one.
try_suite() {
  local name=$1 here=$tmp/$1 wanted=wrong_$1 got left
  place "$name"
  cd "$here/example"
  export TMPDIR=$here/tmp
  "get_$name" || return
  say "$name: with the real binary"
  TARGET_SERVER_BINARY=$here/target-server "test_$name" || return
  left=$(processes "$here")
  [[ -z $left ]] || fail "$name left processes running: $left"
  say "$name: with a wrong server"
  ! TARGET_SERVER_BINARY=$here/wrong "test_$name" >"$here/wrong.log" 2>&1 || fail "$name did not notice the wrong server"
  got=$("failed_$name" <"$here/wrong.log" | sort -u | tr '\n' ' ')
  [[ ${got% } == "${!wanted}" ]] || { cat "$here/wrong.log"; fail "these tests failed: $got; wanted: ${!wanted}"; }
  printf 'failed, as expected: %s\n' "$got"
}

try_pytest() { try_suite pytest; }
try_junit() { try_suite junit; }
try_node() { try_suite node; }
try_shell() { try_suite shell; }

# The workflow runs in a project with the tests of examples/pytest, next to a clone of this repository's
# working tree.
try_github-actions() {
  local here=$tmp/github-actions workflow=examples/github-actions/target-server.yml job
  place github-actions
  export TMPDIR=$here/tmp
  say 'github-actions: actionlint'
  go tool -modfile=tools/actionlint/go.mod actionlint "$workflow" || return
  cp -r examples/pytest "$here/project"
  mkdir "$here/project/.target-server"
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents --target-directory "$here/project/.target-server"
  local venv=$tmp/pytest/venv # an existing one saves time
  [[ -d $venv ]] || venv=$here/venv
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --no-compile --disable-pip-version-check pyyaml==6.0.3 || return
  export PATH=$venv/bin:$PATH # in place of actions/setup-python
  for job in fixture steps; do
    say "github-actions: job $job"
    python examples/github-actions/play.py "$workflow" "$job" "$here/project" || return
  done
  say 'github-actions: with a wrong server'
  sed 's/ --queue=1//' "$workflow" >"$here/wrong.yml"
  ! python examples/github-actions/play.py "$here/wrong.yml" steps "$here/project" >"$here/wrong.log" 2>&1 ||
    fail 'the workflow did not notice the wrong server'
  grep 'steps: FAILED with 1' "$here/wrong.log" || { cat "$here/wrong.log"; return 1; }
}

# Compares the admin address with its OpenAPI document, and with a document that has one wrong field, which
# must be noticed.
try_contract() {
  local here=$tmp/contract
  place contract
  cp -r examples/pytest "$here/pytest"
  cd "$here/example"
  export TMPDIR=$here/tmp TARGET_SERVER_BINARY=$here/target-server
  get_pytest || return
  say 'contract: the admin address and its openapi.yaml'
  test_pytest || return
  say 'contract: with a wrong document'
  sed 's/thread_number: {type: integer/thread_number: {type: string/' "$repository/server/admin/openapi.yaml" >"$here/wrong.yaml"
  ! OPENAPI=$here/wrong.yaml test_pytest >"$here/wrong.log" 2>&1 || fail 'a wrong type was not noticed'
  grep 'FAILED.*test_every_answer_is_as_told' "$here/wrong.log" || { cat "$here/wrong.log"; return 1; }
}

main() {
  local wanted=("$@") name pids=() failed=0 i code began pytest=''
  ((${#wanted[@]} > 0)) || wanted=("${all[@]}")
  for name in "${wanted[@]}"; do
    [[ " ${all[*]} " == *" $name "* ]] || fail "unknown example \"$name\"; accepted: ${all[*]}"
  done
  say "building target-server"
  CGO_ENABLED=0 go build -trimpath -o "$tmp/target-server" ./cmd/target-server
  unset TARGET_SERVER_BINARY
  say "testing ${wanted[*]} in parallel"
  for name in "${wanted[@]}"; do
    ( # in a subshell, which does not clean up
      trap - EXIT
      if [[ $name == github-actions && -n ${pytest:-} ]]; then tail --pid="$pytest" -f /dev/null; fi # it uses what that has installed
      began=$SECONDS
      "try_$name" && say "$name: passed in $((SECONDS - began)) s"
    ) >"$tmp/$name.log" 2>&1 </dev/null &
    pids+=($!)
    [[ $name != pytest ]] || pytest=$!
  done
  for i in "${!wanted[@]}"; do
    code=0
    wait "${pids[i]}" || code=$?
    cat "$tmp/${wanted[i]}.log"
    if ((code != 0)); then
      printf 'try: example %s FAILED; to run only this: examples/try.sh %s\n' "${wanted[i]}" "${wanted[i]}" >&2
      ((++failed))
    fi
  done
  printf '%d passed, %d failed\n' $((${#wanted[@]} - failed)) "$failed"
  ((failed == 0))
}

main "$@"
