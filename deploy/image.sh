#!/usr/bin/env bash
# Builds the Docker image for two platforms, from binaries that it compiles first:
#
#   deploy/image.sh [NAME[:TAG]]
#
# NAME is the image for the engine's own platform, NAME:amd64 and NAME:arm64 are the ones for each platform;
# with a tag they are NAME:TAG, NAME:TAG-amd64 and NAME:TAG-arm64. PLATFORMS="amd64 arm64" sets the platforms.
# It needs Go and a Docker engine (set by DOCKER_HOST).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go}
image=${1:-target-server}
case ${image##*/} in
  *:*) each=$image- ;;
  *) each=$image: ;;
esac
# The attestations that buildx adds by default turn an image into a list of one image, which docker manifest
# create refuses.
export BUILDX_NO_DEFAULT_ATTESTATIONS=1

# stamped KEY is what the Go command recorded in the binary: mod, vcs.revision, vcs.time. It is empty outside
# a clone.
stamped() { awk -v key="$1" '$1 == key { print $3 } $1 == "build" && index($2, key "=") == 1 { print substr($2, length(key) + 2) }' <<<"$stamps"; }

own=$(docker version --format '{{.Server.Arch}}')
for arch in ${PLATFORMS:-amd64 arm64}; do
  dir=dist/image/linux/$arch
  mkdir -p "$dir"
  CGO_ENABLED=0 GOOS=linux GOARCH=$arch "$go" build -buildvcs=auto -trimpath -ldflags='-s -w' -o "$dir/target-server" ./cmd/target-server
  stamps=$("$go" version -m "$dir/target-server")
  created=$(stamped vcs.time)
  created=${created:-$(date -u +%Y-%m-%dT%H:%M:%SZ)}
  touch -d "$created" "$dir/target-server" # so that the same source gives the same layer
  # This works with both the old builder and BuildKit, in Docker 20.10 and later, with or without buildx.
  docker build --quiet --platform "linux/$arch" --file Dockerfile --tag "$each$arch" \
    --build-arg VERSION="$(stamped mod)" --build-arg REVISION="$(stamped vcs.revision)" --build-arg CREATED="$created" "$dir" >/dev/null
  docker image inspect --format "$each$arch: {{.Os}}/{{.Architecture}}, {{.Size}} bytes, {{index .Config.Labels \"org.opencontainers.image.version\"}}" "$each$arch"
  if [[ $arch == "$own" ]]; then
    docker tag "$each$arch" "$image"
  fi
done
