#!/usr/bin/env bash
# Builds the Docker image for two platforms, from binaries that Go makes here:
#
#   deploy/image.sh [NAME[:TAG]]
#
# NAME is the image for the engine's own platform, NAME:amd64 and NAME:arm64 are those of each; with a tag they are NAME:TAG,
# NAME:TAG-amd64 and NAME:TAG-arm64. PLATFORMS="amd64 arm64" says which. It needs Go and a Docker engine (DOCKER_HOST says which).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
go=${GO:-go}
image=${1:-target-server}
case ${image##*/} in
  *:*) each=$image- ;;
  *) each=$image: ;;
esac
# What buildx adds by itself (attestations) makes a list of one image of an image, which docker manifest create refuses.
export BUILDX_NO_DEFAULT_ATTESTATIONS=1

# stamped KEY is what the Go command wrote into the binary: mod, vcs.revision, vcs.time. Nothing outside a clone.
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
  # The old builder and BuildKit both do this, of Docker 20.10 and later, with buildx and without.
  docker build --quiet --platform "linux/$arch" --file Dockerfile --tag "$each$arch" \
    --build-arg VERSION="$(stamped mod)" --build-arg REVISION="$(stamped vcs.revision)" --build-arg CREATED="$created" "$dir" >/dev/null
  docker image inspect --format "$each$arch: {{.Os}}/{{.Architecture}}, {{.Size}} bytes, {{index .Config.Labels \"org.opencontainers.image.version\"}}" "$each$arch"
  if [[ $arch == "$own" ]]; then
    docker tag "$each$arch" "$image"
  fi
done
