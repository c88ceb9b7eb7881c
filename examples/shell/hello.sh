#!/usr/bin/env bash
# The code under test: requests a service's greeting, and retries if the service is full (503). Yours goes
# here.
#
#   hello.sh URL NUMBER [TIMEOUT=30] [TRIES=3]
set -euo pipefail

url=$1 number=$2 timeout=${3:-30} tries=${4:-3}

for ((attempt = 1; ; attempt++)); do
  answer=$(curl --silent --max-time "$timeout" --write-out '\n%{http_code}' "$url/?id=$number")
  if [[ ${answer##*$'\n'} != 503 ]] || ((attempt >= tries)); then break; fi
  sleep "0.$((2 ** attempt))"
done
printf '%s\n' "${answer%$'\n'*}"
[[ ${answer##*$'\n'} == 200 ]]
