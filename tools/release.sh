#!/usr/bin/env bash
# Builds a release in dist/release (or in $DIST): an archive for each system, Debian packages, a list of the
# contents (SBOM) and the checksums of all. The same commit and the same Go give the same bytes. `make release
# VERSION=v0.1.0` runs it.
#
#   tools/release.sh [VERSION [GOOS/GOARCH...]]
#
# VERSION defaults to the output of git describe. It needs a clone, Go, GNU tar, zip, dpkg-deb and help2man.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go}
dist=${DIST:-dist/release}
platforms=("${@:2}")
((${#platforms[@]})) || platforms=(linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64)

fail() {
  printf 'release: %s\n' "$1" >&2
  exit "${2:-1}"
}

# described is the version of this commit: its tag, or the last tag and the distance from it, or Go's
# pseudo-version.
described() {
  local dirty=''
  [[ -z $(git status --porcelain) ]] || dirty=-dirty
  git describe --tags --match 'v[0-9]*' 2>/dev/null | sed "s/\$/$dirty/" | grep . ||
    TZ=UTC git log -1 --abbrev=12 --date=format-local:%Y%m%d%H%M%S --format="v0.0.0-%cd-%h$dirty"
}

missing=()
for command in "$go" git tar gzip zip dpkg-deb help2man sha256sum; do
  command -v "$command" >/dev/null || missing+=("$command")
done
((${#missing[@]} == 0)) || fail "missing commands: ${missing[*]} (Debian: apt-get install zip dpkg help2man)"
git rev-parse --verify --quiet HEAD >/dev/null || fail 'this is not a git clone, from which the commit and its date are taken'
version=${1:-$(described)}
[[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$ ]] || fail "\"$version\" is not a version; accepted: v0.1.0, v0.1.0-rc.1" 2
[[ -z $(git status --porcelain) ]] || printf 'release: there are uncommitted changes; the version in the binaries will say so\n' >&2

# Nothing in the caller's environment may change the bytes. Packed files get the commit's time.
export CGO_ENABLED=0 GOFLAGS='' GOWORK=off GOEXPERIMENT='' GOAMD64=v1 GOARM64=v8.0 TZ=UTC LC_ALL=C
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
umask 022

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$dist"
mkdir -p "$dist"
dist=$(cd "$dist" && pwd)
number=${version#v}

# build PLATFORM FILE
build() {
  GOOS=${1%/*} GOARCH=${1#*/} "$go" build -trimpath -buildvcs=true -ldflags="-s -w -X main.version=$version" -o "$2" ./cmd/target-server
}

# licences prints the licences of the linked modules, and of Go itself, all of which require it.
licences() {
  local name folder file
  printf 'target-server contains the following. Their licences:\n'
  while read -r name folder; do
    for file in "$folder"/LICENSE "$folder"/NOTICE "$folder"/PATENTS; do
      [[ ! -e $file ]] || printf '\n\n==== %s: %s\n\n%s\n' "$name" "${file##*/}" "$(<"$file")"
    done
  done < <(
    printf 'Go %s\n' "$("$go" env GOROOT)"
    for platform in "${platforms[@]}"; do # some modules are for some systems only
      GOOS=${platform%/*} GOARCH=${platform#*/} CGO_ENABLED=0 \
        "$go" list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' ./cmd/target-server
    done | sort -u
  )
}

# aged sets the time of everything in a folder to that of the commit.
aged() { find "$1" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +; }

# archive PLATFORM BINARY
archive() {
  local name=target-server_${number}_${1/\//_} binary=target-server
  [[ $1 != windows/* ]] || binary=target-server.exe
  mkdir "$work/$name"
  install -m 755 "$2" "$work/$name/$binary"
  install -m 644 LICENSE README.md CHANGELOG.md "$work/licences/THIRD-PARTY-LICENSES" "$work/$name"
  aged "$work/$name"
  if [[ $1 == windows/* ]]; then
    (cd "$work" && find "$name" -type f | sort | zip -q -X -9 "$dist/$name.zip" -@)
  else
    tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=ustar -cf - "$name" | gzip -9 -n >"$dist/$name.tar.gz"
  fi
}

# debian PLATFORM BINARY: the program and its manual page, but no service, because tests start it.
debian() {
  local arch=${1#*/} root=$work/deb_${1#*/} doc maintainer debian
  # A hyphen would end the version; a pre-release must sort before its release.
  debian=$(sed -E 's/-([0-9]+)-g([0-9a-f]+)/+\1.g\2/; s/-/~/g' <<<"$number")
  maintainer=${MAINTAINER:-$(git log -1 --format='%an <%ae>')}
  doc=$root/usr/share/doc/target-server
  install -D -m 755 "$2" "$root/usr/bin/target-server"
  install -D -m 644 "$work/target-server.1.gz" "$root/usr/share/man/man1/target-server.1.gz"
  install -D -m 644 -t "$doc" README.md
  gzip -9 -n <CHANGELOG.md >"$doc/NEWS.gz"
  {
    printf 'target-server is from https://github.com/target-server/target-server\n\n'
    cat LICENSE
    printf '\n\nDebian keeps the Apache License in /usr/share/common-licenses/Apache-2.0.\n\n'
    cat "$work/licences/THIRD-PARTY-LICENSES"
  } >"$doc/copyright"
  printf 'target-server (%s) unstable; urgency=medium\n\n  * What is new is in NEWS.gz.\n\n -- %s  %s\n' \
    "$debian" "$maintainer" "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9 -n >"$doc/changelog.gz"
  # A Go program is one file by design.
  mkdir -p "$root/usr/share/lintian/overrides"
  printf 'target-server: statically-linked-binary [usr/bin/target-server]\n' >"$root/usr/share/lintian/overrides/target-server"
  mkdir "$root/DEBIAN"
  (cd "$root" && find usr -type f | sort | xargs md5sum) >"$root/DEBIAN/md5sums"
  cat >"$root/DEBIAN/control" <<CONTROL
Package: target-server
Version: $debian
Architecture: $arch
Maintainer: $maintainer
Installed-Size: $(find "$root/usr" -type f -printf '%s\n' | awk '{ k += int(($1 + 1023) / 1024) } END { print k }')
Section: net
Priority: optional
Homepage: https://github.com/target-server/target-server
Description: stand-in for Python application servers in tests
 A load balancer, an autoscaler, a load generator or a client library that
 talks to target-server meets what it would meet in front of FastAPI on
 Uvicorn, of Hypercorn, gunicorn, Flask, Tomcat or Node: the same queueing,
 the same refusals and the same silences. It needs no Python.
CONTROL
  aged "$root"
  dpkg-deb --root-owner-group --uniform-compression -Zxz --build "$root" "$dist/target-server_${debian}_$arch.deb" >/dev/null
}

# manual makes the manual page from --help, which is the same on every platform.
manual() {
  "$go" build -trimpath -o "$work/host/target-server" ./cmd/target-server
  help2man --no-info --name='stand-in for Python application servers in tests' --version-string="$version" \
    --source="target-server $version" --output="$work/target-server.1" "$work/host/target-server"
  gzip -9 -n "$work/target-server.1"
}

printf 'target-server %s, %s\n' "$version" "$("$go" version)"
mkdir "$work/licences"
licences >"$work/licences/THIRD-PARTY-LICENSES"
manual
binaries=()
for platform in "${platforms[@]}"; do
  binary=$work/${platform/\//_}
  binaries+=("$binary")
  build "$platform" "$binary"
  archive "$platform" "$binary"
  [[ $platform != linux/* ]] || debian "$platform" "$binary"
done
"$go" run -C tools ./sbom "$version" "${binaries[@]}" >"$dist/target-server_${number}_sbom.cdx.json"
(cd "$dist" && sha256sum -- * >SHA256SUMS && ls -l -- *)
