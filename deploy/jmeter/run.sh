#!/usr/bin/env bash
# Runs the article's JMeter plan without a window, and prints the result.
#
#   deploy/jmeter/run.sh [users=1000] [rampup=500] [host=127.0.0.1] [port=8080] [loops=1] [query=&sleep=1s] [delay=0] [expect=hello]
#   deploy/jmeter/run.sh fetch     only download JMeter
#
# article.jmx explains the parameters.
#
# The exit status is 0 if every request was answered with 200 and the expected text, otherwise 1.
# JMeter is downloaded once, from Maven Central into the user's cache folder. Needed: Java 11 or later, Maven.
#
# Environment:
#   JMETER_CACHE  the folder; default ~/.cache/target-server
#   JMETER_OUT    the folder for results.csv and jmeter.log; default a new folder under /tmp, which is kept after a failure
#   JAVA          the java command; default java
#   JAVA_OPTS     replaces the options chosen below by the number of users
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=$(sed -n 's:.*<jmeter.version>\(.*\)</jmeter.version>.*:\1:p' "$here/pom.xml")
home=${JMETER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/target-server}/jmeter-$version

die() {
  printf 'run.sh: %s\n' "$*" >&2
  exit 2
}

# fetch assembles JMeter in a temporary folder and then renames it, so that an interrupted run leaves nothing
# incomplete.
fetch() {
  [[ -d $home ]] && return
  command -v mvn >/dev/null || die "mvn (Maven) is needed to download JMeter: put it into the PATH, or JMeter into $home"
  printf 'downloading JMeter %s into %s\n' "$version" "$home"
  mkdir -p "$(dirname "$home")"
  local building
  building=$(mktemp -d "$home.XXXXXX")
  # The POM is copied so that Maven writes nothing beside the original.
  cp "$here/pom.xml" "$building/pom.xml"
  mvn -B -q --no-transfer-progress -Dstyle.color=never -f "$building/pom.xml" -Djmeter.home="$building/jmeter" package
  mkdir -p "$building/jmeter/lib/junit" # JMeter needs the file, even if it is empty
  [[ -e $home ]] || mv -T "$building/jmeter" "$home"
  rm -rf "$building"
}

declare -A set=([users]=1000 [rampup]=500 [loops]=1 [host]=127.0.0.1 [port]=8080 [path]=/ [query]="" [delay]=0 [expect]=hello)

parse() {
  local arg name
  for arg in "$@"; do
    name=${arg%%=*}
    [[ $arg == *=* && -n ${set[$name]+known} ]] || die "unknown argument \"$arg\"; accepted: fetch, or ${!set[*]}, each followed by =value"
    set[$name]=${arg#*=}
  done
  for name in users rampup loops port; do
    [[ ${set[$name]} =~ ^[0-9]+$ ]] || die "$name=\"${set[$name]}\" is no number"
  done
}

# Every user is a thread with a connection: a file descriptor, a small stack and some heap.
prepare() {
  local need=$((set[users] + 1000))
  ulimit -n "$(ulimit -Hn)"
  [[ $(ulimit -n) == unlimited || $(ulimit -n) -ge $need ]] ||
    die "${set[users]} users need $need open files, but only $(ulimit -n) are allowed; raise ulimit -n"
  [[ $(ulimit -u) == unlimited || $(ulimit -u) -ge $need ]] ||
    die "${set[users]} users need $need threads, but only $(ulimit -u) are allowed; raise ulimit -u"
  local heap=$((512 + set[users] * 30 / 100))
  java_opts=${JAVA_OPTS:-"-Xss256k -Xms${heap}m -Xmx${heap}m -XX:+UseParallelGC -XX:MaxMetaspaceSize=256m"}
  out=${JMETER_OUT:-$(mktemp -d /tmp/jmeter.XXXXXX)}
  mkdir -p "$out"
  rm -f "$out/results.csv" "$out/jmeter.log"
}

# report counts the rows of results.csv, and fails unless every request was answered correctly.
report() {
  awk -F, -v want="$((set[users] * set[loops]))" '
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    {
      rows++
      if ($column["success"] == "true") good++
      else { why = $column["responseCode"]; if (why == "") why = "no answer"; bad[why]++ }
      elapsed = $column["elapsed"]; sum += elapsed
      if (rows == 1 || elapsed < least) least = elapsed
      if (elapsed > most) most = elapsed
    }
    END {
      printf "%d of %d requests answered correctly; ms: min %d, mean %d, max %d\n", good, want, least, rows ? sum / rows : 0, most
      for (why in bad) printf "  %d failed: %s\n", bad[why], why
      exit good == want ? 0 : 1
    }' "$out/results.csv"
}

main() {
  if [[ ${1:-} == fetch ]]; then
    fetch
    return
  fi
  parse "$@"
  fetch
  prepare
  local properties=() name
  for name in "${!set[@]}"; do properties+=("-J$name=${set[$name]}"); done
  # shellcheck disable=SC2086 # the options are several words
  "${JAVA:-java}" $java_opts -Djava.awt.headless=true -Djava.util.prefs.userRoot="$out" -jar "$home/bin/ApacheJMeter.jar" \
    -n -t "$here/article.jmx" -l "$out/results.csv" -j "$out/jmeter.log" \
    -Jjmeter.save.saveservice.output_format=csv -Jsummariser.interval=10 \
    -Jjmeter.save.saveservice.assertion_results_failure_message=false \
    -Jjmeter.save.saveservice.thread_name=false -Jjmeter.save.saveservice.url=false \
    "${properties[@]}"
  if report; then
    [[ -n ${JMETER_OUT:-} ]] || rm -rf "$out"
    return
  fi
  printf 'results and log: %s\n' "$out"
  return 1
}

main "$@"
