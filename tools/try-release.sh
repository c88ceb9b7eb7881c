#!/usr/bin/env bash
# Tests a release from the outside: builds it, checks its metadata, unpacks everything, runs the server from
# the archive, installs the Debian package and removes it. It needs what tools/release.sh needs, and file,
# unzip, curl and Python; dpkg needs root. It also runs the arm64 program if there is qemu-aarch64-static, and
# lintian if it is installed. Exit status 0 if everything passed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dir=$(mktemp -d /tmp/try-release.XXXXXX)
dist=$dir/dist
version=v1.2.3-rc.4
number=1.2.3-rc.4
debian=1.2.3~rc.4
server=''

say() { printf -- '-- %s\n' "$*"; }

fail() {
  printf 'try-release: %s\n' "$*" >&2
  [[ ! -e $dir/log ]] || tail -n 20 "$dir/log" >&2
  exit 1
}

clean() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$dir"
}
trap clean EXIT

# same WHAT WANTED GOT
same() { [[ $3 == "$2" ]] || fail "$1: wanted \"$2\", came \"$3\""; }

# program PLATFORM is the path of its unpacked program.
program() {
  local path=$dir/unpacked/target-server_${number}_${1/\//_}/target-server
  [[ $1 != windows/* ]] || path+=.exe
  printf '%s' "$path"
}

# stamp PROGRAM PLATFORM is its expected version: the requested one, and the commit of this clone.
stamp() {
  local modified=''
  [[ -z $(git status --porcelain) ]] || modified=' modified'
  TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ \
    --format="target-server $version (revision %H$modified, %cd) $(go env GOVERSION) $1"
}

say 'an invalid version is refused'
code=0
said=$(DIST=$dist tools/release.sh 1.0 2>&1) || code=$?
same 'the refusal' '2 release: "1.0" is not a version; accepted: v0.1.0, v0.1.0-rc.1' "$code $said"

say 'everything is built'
DIST=$dist tools/release.sh "$version"
same 'the files' "SHA256SUMS
target-server_${number}_darwin_amd64.tar.gz
target-server_${number}_darwin_arm64.tar.gz
target-server_${number}_linux_amd64.tar.gz
target-server_${number}_linux_arm64.tar.gz
target-server_${number}_sbom.cdx.json
target-server_${number}_windows_amd64.zip
target-server_${number}_windows_arm64.zip
target-server_${debian}_amd64.deb
target-server_${debian}_arm64.deb" "$(LC_ALL=C ls "$dist" | LC_ALL=C sort)"

say 'the checksums cover all files'
(cd "$dist" && sha256sum --check --strict --quiet SHA256SUMS) || fail 'the checksums are wrong'
same 'files with a checksum' "$(find "$dist" -type f ! -name SHA256SUMS | wc -l)" "$(wc -l <"$dist/SHA256SUMS")"

say 'each archive has the program for its system, and its documents'
mkdir "$dir/unpacked"
while read -r platform wanted; do
  name=target-server_${number}_${platform/\//_}
  if [[ $platform == windows/* ]]; then
    unzip -q "$dist/$name.zip" -d "$dir/unpacked"
  else
    tar -xzf "$dist/$name.tar.gz" -C "$dir/unpacked" --no-same-owner
  fi
  binary=$(program "$platform")
  same "files in $name" "$(printf '%s\n' CHANGELOG.md LICENSE README.md THIRD-PARTY-LICENSES "${binary##*/}" | sort)" \
    "$(ls "$dir/unpacked/$name" | sort)"
  kind=$(file --brief "$binary")
  [[ $kind =~ $wanted ]] || fail "$platform: wanted \"$wanted\" from file, got \"$kind\""
  [[ -x $binary ]] || fail "$binary is not executable"
done <<'KINDS'
linux/amd64 ELF 64-bit LSB executable, x86-64.*statically linked.*stripped
linux/arm64 ELF 64-bit LSB executable, ARM aarch64.*statically linked.*stripped
darwin/amd64 Mach-O 64-bit x86_64 executable
darwin/arm64 Mach-O 64-bit arm64 executable
windows/amd64 PE32\+ executable \(console\) x86-64.*MS Windows
windows/arm64 PE32\+ executable \(console\) Aarch64.*MS Windows
KINDS

say 'the SBOM lists the modules of each program, and each has its licence'
for binary in "$dir"/unpacked/*/target-server{,.exe}; do
  [[ -e $binary ]] || continue
  go version -m "$binary" >"$dir/inside"
  python3 - "$dist/target-server_${number}_sbom.cdx.json" "$dir/inside" "$version" "${binary%/*}/THIRD-PARTY-LICENSES" "$dir/modules" <<'INSIDE' || fail "$binary: not that"
import json, sys

sbom, lines = json.load(open(sys.argv[1])), [line.split() for line in open(sys.argv[2])]
wanted = {f"pkg:golang/std@{lines[0][1][2:]}"} | {f"pkg:golang/{w[1]}@{w[2]}" for w in lines if w[0] == "dep"}
came = {c["purl"] for c in sbom["components"]}
assert wanted <= came and len(came) == len(sbom["components"]), f"wanted {wanted}, came {came}"
open(sys.argv[5], "a").writelines(f"{module}\n" for module in wanted)
assert len(wanted) > 5, wanted
assert (sbom["bomFormat"], sbom["specVersion"]) == ("CycloneDX", "1.6"), sbom
assert sbom["metadata"]["component"]["version"] == sys.argv[3], sbom["metadata"]
texts = open(sys.argv[4]).read()
for w in lines:
    assert w[0] != "dep" or f"==== {w[1]}: LICENSE" in texts, f"no licence of {w[1]}"
INSIDE
done
same 'modules of the SBOM' "$(sort -u "$dir/modules" | wc -l)" "$(python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["components"]))' "$dist/target-server_${number}_sbom.cdx.json")"

host=linux/$(go env GOHOSTARCH)
binary=$(program "$host")
say "the one for $host prints its version, and works"
same version "$(stamp "$host")" "$("$binary" version)"
"$binary" --addr=127.0.0.1:0 --sleep=10ms --ready-file="$dir/ready" >"$dir/log" 2>&1 &
server=$!
for _ in $(seq 100); do
  [[ ! -e $dir/ready ]] || break
  kill -0 "$server" 2>/dev/null || fail 'it ended'
  sleep 0.1
done
url=http://$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["addresses"][0])' "$dir/ready")
same 'the answer' '"hello"' "$(curl --silent --max-time 10 "$url/?id=1")"
kill "$server"
code=0
wait "$server" || code=$?
server=''
same 'the exit code' 0 "$code"

if command -v qemu-aarch64-static >/dev/null; then
  say 'the one for arm64 does too'
  same version "$(stamp linux/arm64)" "$(qemu-aarch64-static "$(program linux/arm64)" version)"
fi

say 'the Debian package can be installed, works and can be removed'
root=$dir/root
mkdir -p "$root"/var/lib/dpkg/{info,updates}
touch "$root/var/lib/dpkg/status"
package=$dist/target-server_${debian}_$(dpkg --print-architecture).deb
dpkg --root="$root" --force-script-chrootless --install "$package" >"$dir/log" 2>&1 || fail 'dpkg --install'
same 'its state' "installed $debian" "$(dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${db:Status-Status} ${Version}' target-server)"
dpkg --root="$root" --verify target-server >"$dir/log" || fail 'dpkg --verify'
[[ ! -s $dir/log ]] || fail 'the installed files are not those listed'
same version "$(stamp "$host")" "$("$root/usr/bin/target-server" version)"
cmp "$root/usr/bin/target-server" "$binary" || fail 'the program differs from the one in the archive'
[[ $(gzip -dc "$root/usr/share/man/man1/target-server.1.gz") == *'\-\-limit\-concurrency'* ]] || fail 'no flags in the manual page'
dpkg --root="$root" --purge target-server >"$dir/log" 2>&1 || fail 'dpkg --purge'
rm "$dir/log"
left=$(find "$root" -type f ! -path '*/var/lib/dpkg/*' ! -path '*/var/log/*')
same 'what is left' '' "$left"
same 'the other package is for' arm64 "$(dpkg-deb --field "$dist/target-server_${debian}_arm64.deb" Architecture)"
! command -v lintian >/dev/null || lintian --fail-on=error,warning --allow-root "$dist"/*.deb || fail 'lintian'

say 'a second build gives the same bytes'
DIST=$dir/again tools/release.sh "$version" linux/amd64 windows/amd64 >/dev/null
while read -r sum name; do
  same "$name" "$(grep "  $name\$" "$dist/SHA256SUMS")" "$sum  $name"
done <"$dir/again/SHA256SUMS"

say 'all checks of the release passed'
