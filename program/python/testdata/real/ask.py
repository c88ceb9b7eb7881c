"""Imports printed programs and asks their routes. Reads JSON from stdin, writes JSON to stdout: see real_test.go."""

import asyncio
import contextlib
import io
import json
import sys
import traceback
import types


def headers(request):
    if not request["type"]:
        return []
    return [(b"content-type", request["type"].encode()), (b"content-length", str(len(request["content"])).encode())]


async def asgi(app, request):
    path, _, query = request["target"].partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request["method"], "scheme": "http",
        "path": request["path"], "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"127.0.0.1")] + headers(request), "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }
    answer = {"status": 0, "body": b"", "headers": [], "raised": ""}

    bodies = [{"type": "http.request", "body": request["content"].encode(), "more_body": False}]

    async def receive():
        if bodies:
            return bodies.pop()
        await asyncio.Event().wait()

    async def send(message):
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
            answer["headers"] = [[k.decode("latin-1"), v.decode("latin-1")] for k, v in message["headers"]]
        else:
            answer["body"] += message.get("body", b"")

    try:
        await app(scope, receive, send)
    except Exception as e:
        answer["raised"] = type(e).__name__ + ": " + str(e)
    answer["body"] = answer["body"].decode()
    return answer


def wsgi(app, request):
    reraise = []
    app.log_exception = lambda info: reraise.append(info[1])
    client = app.test_client()
    r = client.open(request["target"], method=request["method"])
    return {"status": r.status_code, "body": r.get_data(as_text=True), "headers": [list(h) for h in r.headers],
            "raised": "".join(type(e).__name__ + ": " + str(e) for e in reraise)}


async def ask(app, requests):
    return [await asgi(app, r) for r in requests]


def run(program):
    module = types.ModuleType("app")
    exec(compile(program["text"], program["name"], "exec", dont_inherit=True), module.__dict__)
    if not hasattr(module.app, "openapi"):
        return {"answers": [wsgi(module.app, r) for r in program["requests"]], "names": []}
    paths = module.app.openapi()["paths"]
    names = [r.name for r in module.app.routes if getattr(r, "include_in_schema", False)]
    if sum(len(operations) for operations in paths.values()) != len(names):
        raise ValueError("routes are missing in /openapi.json")
    return {"answers": asyncio.run(ask(module.app, program["requests"])), "names": names}


results = []
for program in json.load(sys.stdin):
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            result = run(program)
        results.append({"error": "", "said": said.getvalue(), **result})
    except Exception:
        results.append({"error": traceback.format_exc(), "said": said.getvalue(), "answers": [], "names": []})
json.dump(results, sys.stdout)
