"""Asks Flask what it answers, for route_test.go:

    .../lab/.env/2023-03/bin/python record.py > 2.2.3.txt
    .../lab/.env/current/bin/python record.py > 3.1.3.txt

A line has, as JSON, what was asked and what came: the status line, the header lines, and the body, unless that is a page
of an error that has come before. The methods in Allow are sorted, because a process orders them at random. What stands in
for the program answers its parameter.
"""

import io
import json
import logging

from flask import Flask, request

seen = set()
app = Flask(__name__)
app.logger.setLevel(logging.CRITICAL)


@app.get("/")
def index():
    return request.args["id"]


METHODS = ["GET", "HEAD", "OPTIONS", "POST", "get", "head", "options", "FOO", "PUT", "TRACE"]
PATHS = [
    "/", "", "//", "///", "/x", "/x/", "//x", "/index", "/?", "/static", "/static/", "/static/x", "/static/x/", "/static//x", "/static///x",
    "/static////x", "/static/////x", "//static/x", "//static//x", "/static/a//b", "/static//a//b", "/static//", "/static/x//", "/static/..", "/static/../x",
    "/static/%2e%2e", "/static/a\nb", "/static/\n", "/static/a\n", "/static//a b", "/static//ä", "/static//<b>", "/static//'\"&", "/static//!$&'()*+,/:;=@|~^`[]{}#%?",
    "/static//%20", "/Static/x", "/\udcff", "/static//\x00", "/static/\x00", "/favicon.ico", "/openapi.json", "/docs", "*", "x", "/./", "/../",
]
QUERIES = [
    "", "id=1", "id", "id=", "=1", "ID=1", "id=1&id=2", "x=1&id=2", "id=a+b", "id=a%20b", "id=%2B", "id=%zz", "id=%", "id=%e4", "id=%c3%a4", "%69d=1", "id=1;id=2",
    "&&id=1&&", "id=1=2", "id==", "id=%ff%ff", "id=%e2%82x", "id=%ed%a0%80", "id=%00", "id=ä", "i+d=1", "id=a&amp;b", "id=%F0%9F%98%80", "id=%C3+%A4", "id=+", "id%3D1",
]
HOSTS = [
    None, "", "lab", "LAB", "lab:80", "lab:8080", "lab:0", "lab:08", "lab:65535", "lab:65536", "lab:99999", "lab:x", "lab:", "a b", "a,b", "a_b", "a/b", "lab.", ".lab", "a..b",
    ".", "..", "127.0.0.1:9", "[::1]", "[::1]:80", "[::1]:8080", "[::g]", "[", "::1", "a\x80", "a" * 64, "a" * 63 + ".b", "b." + "a" * 64, "<b>", "a?b", "a#b", "user@lab",
]


def ask(method="GET", path="/", query="id=1", host="lab", connection=None, upgrade=None):
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin1"),
        "QUERY_STRING": query.encode("utf-8", "surrogateescape").decode("latin1"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8080",
        "SCRIPT_NAME": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in [("HTTP_HOST", host), ("HTTP_CONNECTION", connection), ("HTTP_UPGRADE", upgrade)]:
        if value is not None:
            environ[name] = value
    started = []
    body = b"".join(app(environ, lambda status, headers, *_: started.append((status, headers))))
    status, headers = started[-1]
    lines = [f"{n}: {', '.join(sorted(v.split(', '))) if n == 'Allow' else v}" for n, v in headers]
    asked = [method, environ["PATH_INFO"], environ["QUERY_STRING"], "127.0.0.1:8080" if host is None else host, connection or "", upgrade or ""]
    said = status + " " + body.decode()
    if status[0] not in "23" and said in seen:
        body = b"the same"
    seen.add(said)
    print(json.dumps([asked, status, lines, body.decode()]))


for path in PATHS:
    for method in METHODS if len(path) < 3 or path == "/static//x" else ["GET", "POST"]:
        ask(method, path)
for query in QUERIES:
    ask(query=query)
    ask(path="", query=query)
    ask(path="/static//x", query=query)
for query in ["id=\udce4", "id=1&x=\udcff\udcfe", "id=\udce2\udc82", "\udcc3"]:
    ask(query=query)
    ask(path="", query=query)
for host in HOSTS:
    for path in ["/", "", "/x"]:
        ask(path=path, host=host)
for connection in [None, "upgrade", "Upgrade", "keep-alive, Upgrade", "close"]:
    for upgrade in ["websocket", "WebSocket", "foo"]:
        for method, path in [("GET", "/"), ("POST", "/"), ("GET", "/x"), ("GET", ""), ("GET", "/static//x"), ("OPTIONS", "/"), ("GET", "/static/x")]:
            ask(method, path, connection=connection, upgrade=upgrade)
