"""Records what Starlette does with files. README.md tells how and what."""

import asyncio
import json
import os
import pathlib
import random
import tempfile

import anyio
import anyio.to_thread
import starlette
import starlette.responses
from email.utils import parsedate
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.routing import Router
from starlette.staticfiles import StaticFiles

HERE = pathlib.Path(__file__).parent
MTIME = 1672531200
ALPHABET = b"abcdefghijklmnopqrstuvwxyz"
SIZES = [0, 1, 10, 65535, 65536, 65537, 327680]
DATE = "Sun, 01 Jan 2023 00:00:00 GMT"

RANGES = [
    "bytes=0-0", "bytes=0-9", "bytes=5-", "bytes=-5", "bytes=-1", "bytes=-0", "bytes=0-", "bytes=9-0", "bytes=9-9", "bytes=10-",
    "bytes=0-99999999999999999999999", "bytes=99999999999999999999999-", "bytes=-99999999999999999999999", "bytes=65536-",
    "bytes=100-200000", "bytes=0-65535", "bytes=0-65536", "bytes=1-65536", "bytes=65535-131071",
    "bytes=0-1,4-5", "bytes=4-5,0-1", "bytes=0-4,3-8", "bytes=0-4,5-8", "bytes=0-4,6-8", "bytes=0-0,-1", "bytes=0-0,-1,5-5",
    "bytes=0-70000,80000-200000", "bytes=0-1,,4-5", "bytes=0-1, x ,4-5", "bytes=0-1,9-0", "bytes=0-1,400000-",
    "bytes", "", "bytes=", "bytes=-", "bytes=,", "bytes=x", "bytes=x-y", "bytes=1-x", "bytes=x-1", "bytes=1", "bytes==0-1",
    "Bytes=0-1", " bytes =0-1", "bytes= 0 - 1 ", "items=0-1", "=0-1", "bytes=0-1-2", "bytes=--5", "bytes=+0-+1", "bytes=0_0-0_1",
    "bytes=-5-", "bytes=0-1=2", "bytes=1_-2", "bytes=\u00a00-1", "bytes=\u00b2-3",
    "bytes=" + ",".join(f"{3 * i}-{3 * i}" for i in range(100)), "bytes=" + ",".join(f"{3 * i}-{3 * i}" for i in range(101)),
    "bytes=0-" + "9" * 4300, "bytes=0-" + "9" * 4301,
]
DATES = [
    DATE, "Sun, 01 Jan 2023 00:00:01 GMT", "Sat, 31 Dec 2022 23:59:59 GMT", "Sun, 01 Jan 2023 00:00:00 +0100", "",
    "Sunday, 01-Jan-23 00:00:00 GMT", "Sun Jan  1 00:00:00 2023", "1 Jan 2023 00:00:00", "01 Jan 2023 00:00 GMT",
    "01 January 2023 00:00:00 GMT", "Sun,01 Jan 2023 00:00:00 GMT", "01 Jan 69 00:00:00 GMT", "01 Jan 68 00:00:00 GMT",
    "01 Jan 100 00:00:00 GMT", "Jan 01 2023 00.00.00", "Jan 01 00:00:00 2023 GMT", "Jan 01, 2023, 00:00:01, GMT", "x", "1 2 3 4 5",
    "Sun, 99 Jan 2023 99:99:99 GMT", "Sun, 01 Jan 2023 00:00:00+0100", "Sun, 01 Jan 2023 00:00:00-0100", "01 Jan 2023",
    "Sun, 01 Jan 2023 00:00:00 GMT; length=10", "sun 01 jan 2023 00:00:00 gmt", "1672531200", "Sun, 01 Foo 2023 00:00:00 GMT",
    "01 Jan GMT 00:00:00 2023", "Sun, 01 Jan -5 00:00:00 GMT", "Sun, 01 Jan 2023 0:0:0:0 GMT", "Mon, , Jan 2023 00:00:00 GMT",
    "Sun,\u00a001 Jan 2023 00:00:00 GMT", "01 Jan \u00b2 00:00:00 2024", "01-Jan-2023 00:00:00 GMT", "1-Jan 00:00 2023",
]
NAMES = [
    "a", "a.txt", "a.TXT", "a.html", "a.css", "a.js", "a.mjs", "a.json", "a.png", "a.jpeg", "a.svg", "a.svgz", "a.tar.gz", "a.tgz",
    "a.TGZ", "a.taz", "a.tar.bz2", "a.gz", "a.Z", "a.z", "a.br", "a.html.br", ".txt", "..txt", "a.", "a.unknown", "a.b/c", "a.b/.c",
    "a.woff2", "a.md", "a.xml", "a.txt.unknown", "a.pdf", "a.wasm", "a.ico", "a.webp", "a.mp4", "a.csv", "a.zip", "a.yaml", "a.tz",
]
PATHS = [
    "/static/a.txt", "/static/a.txt/", "/static//a.txt", "/static/./a.txt", "/static/img/../a.txt", "/static/img/logo.png",
    "/static/none/../a.txt", "/static", "/static/", "/static/img", "/static/img/", "/static/img/none", "/static/none", "/static/..",
    "/static/../secret", "/static/../../etc/passwd", "/static/a.txt/..", "/static/a.txt/x", "/static/a.txt\n", "/static/a\n.txt",
    "/static/a.txt\0", "/static/a.txt\0.png", "/static/\0", "/static/A.txt", "/static\\a.txt", "/static/\\a.txt", "/staticx", "/static/empty",
    "/static/" + "x" * 255, "/static/" + "x" * 256, "/static/none/" + "x" * 256, "/static/img/" + "x" * 256, "/static/" + "\u00e4" * 128,
    "/static/a.txt/" + "x" * 256, "/static/" + "x/" * 3000, "/static/img/" + "./" * 3000 + "logo.png", "/static/~", "/static/a.txt?", "/static/ ",
    "/static/..\\a.txt", "/static/.", "/static/...", "/static/img/..", "/static/img/../../" + "x" * 256, "/",
    "/static/../static_1/a.txt", "/static/../static_1", "/static/../static_2/b.txt", "/static/../static_10/b.txt", "/static/../static_10/none",
    "/static/../static_1/" + "x" * 256, "/static/../static_10/" + "x" * 256, "/static/../../static_1/a.txt", "//static/a.txt",
]


def content(size):
    return (ALPHABET * (size // 26 + 1))[:size]


def recorder(events):
    """Lists each trip to a thread by the name of what it calls."""

    async def run_sync(function, *args, **_):
        events.append("trip " + getattr(function, "__name__", "open"))
        await asyncio.sleep(0)
        return function(*args)

    return run_sync


async def play(app, method, path, fields):
    """What an app does with a request: trips, and messages with the length of what is not part of the file's head."""
    events = []
    scope = {
        "type": "http", "method": method, "path": path, "root_path": "", "query_string": b"", "scheme": "http",
        "server": ("lab", 80), "asgi": {"spec_version": "2.3"},
        "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in fields],
    }

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        if message["type"] == "http.response.start":
            lines = [[n.decode(), v.decode()] for n, v in message["headers"]]
            events.append(["start", message["status"], lines])
            return
        body = message.get("body", b"")
        if len(body) > 300:
            body = body[:1] + b"*" + str(len(body)).encode()
        events.append(["body", body.decode(), message.get("more_body", False)])

    anyio.to_thread.run_sync = recorder(events)
    try:
        await app(scope, receive, send)
    except HTTPException as e:
        events.append(["HTTPException", e.status_code, dict(e.headers or {})])
    except Exception as e:
        events.append(["exception", type(e).__name__])
    return events


def responses(folder):
    """Requests for a FileResponse."""
    whole = [(size, "text/plain", m, 200, []) for size in SIZES for m in ("GET", "HEAD", "POST")]
    whole += [(10, "application/octet-stream", "GET", s, h) for s, h in [
        (201, []), (200, [("range", "bytes=0-1")]), (200, [("cache-control", "no-store"), ("etag", '"own"')])]]
    for size, kind, method, status, given in whole:
        yield size, kind, method, status, given, []
    for size in (0, 10, 327680):
        for text in RANGES:
            yield size, "text/plain", "GET", 200, [], [("Range", text)]
    for method in ("HEAD", "POST"):
        for text in ("bytes=0-1", "bytes=0-1,4-5", "bytes=400000-", "x"):
            yield 10, "text/plain", method, 200, [], [("Range", text)]
    yield 10, "text/plain", "GET", 201, [], [("Range", "bytes=0-1")]
    yield 10, "text/plain", "GET", 200, [], [("Range", "bytes=0-1"), ("Range", "bytes=0-2")]
    for text in (DATE, '"x"', "", "TAG", "W/TAG", "Sun, 01 Jan 2023 00:00:01 GMT"):
        yield 10, "text/plain", "GET", 200, [], [("If-Range", text), ("Range", "bytes=0-1")]


async def record_responses(folder, out):
    for size, kind, method, status, given, fields in responses(folder):
        path = folder / f"of{size}"
        path.write_bytes(content(size))
        os.utime(path, (MTIME, MTIME))
        tag = FileResponse(path, stat_result=os.stat(path)).headers["etag"]
        fields = [(n, v.replace("TAG", tag)) for n, v in fields]

        def made():
            return FileResponse(path, status_code=status, headers=dict(given), media_type=kind)

        events = await play(lambda *a: made()(*a), method, "/", fields)
        out.append([size, kind, method, status, given, fields, events])


async def record_static(folder, out):
    site = folder / "static_1"
    for name, size in {"a.txt": 10, "img/logo.png": 70000, "empty": 0, "../static_2/b.txt": 20, "../static_10/b.txt": 20}.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(size))
        os.utime(path, (MTIME, MTIME))
    tag = FileResponse(site / "a.txt", stat_result=os.stat(site / "a.txt")).headers["etag"]
    bare = tag.strip('"')
    tags = [tag, bare, "W/" + tag, f'"x", {tag}', f"{tag} ", "*", " * ", "", '"x"', f'"{bare}"', f'W/"x",W/{tag}', f"{tag},", f'w/{tag}']
    cases = [("GET", p, []) for p in PATHS]
    cases += [(m, p, []) for m in ("HEAD", "POST", "OPTIONS", "get") for p in ("/static/a.txt", "/static/none", "/static")]
    cases += [(m, "/static/a.txt", [("If-None-Match", t)]) for t in tags for m in ("GET", "HEAD")]
    cases += [("GET", "/static/a.txt", [("If-Modified-Since", d)]) for d in DATES]
    cases += [("GET", "/static/a.txt", [("If-None-Match", t), ("If-Modified-Since", d)]) for t in (tag, '"x"', "") for d in DATES[:3]]
    cases += [("GET", "/static/a.txt", [("Range", r)]) for r in ("bytes=2-4", "bytes=0-0,2-2", "bytes=99-", "x")]
    cases += [("HEAD", "/static/a.txt", [("Range", r)]) for r in ("bytes=2-4", "bytes=0-0,2-2", "bytes=99-", "x")]
    cases += [("GET", "/static/a.txt", [("Range", "bytes=2-4"), ("If-None-Match", tag)])]
    for method, path, fields in cases:
        app = Router()
        app.mount("/static", StaticFiles(directory=site))
        out.append([method, path, fields, await play(app, method, path, fields)])


async def main():
    release = HERE / starlette.__version__
    release.mkdir(exist_ok=True)
    starlette.responses.token_hex = lambda n: "b" * 2 * n
    tables = {"responses.txt": [], "static.txt": [], "types.txt": []}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder).resolve()
        await record_responses(folder, tables["responses.txt"])
        await record_static(folder, tables["static.txt"])
    import mimetypes

    types = mimetypes.MimeTypes()  # without the system's own tables
    tables["types.txt"] = [[name, types.guess_type("/" + name)[0]] for name in NAMES]
    for name, rows in tables.items():
        (release / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


asyncio.run(main())
