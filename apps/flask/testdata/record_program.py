"""Records what Flask answers to the requests for the programs in programs/, for described_test.go:

    .../lab/.env/2023-03/bin/python record_program.py   # Flask 2.2.3, Werkzeug 2.2.3, Python 3.11
    .../lab/.env/current/bin/python record_program.py   # Flask 3.1.3, Werkzeug 3.1.9, Python 3.11

It reads the files by itself and builds the application from them, so that what is compared was not made by the same code. Only
Flask and PyYAML are needed. In the folder of the release, NAME.txt has a line for each line of programs/NAME.requests, as JSON:
the request, the status line, the header lines and the body; aborts.txt has a line for each status, with the page of abort(status)
or the exception. The methods in Allow are sorted, because a process orders them at random.
"""

import io
import json
import logging
import os
import re
from importlib.metadata import version
from urllib.parse import unquote_to_bytes

import yaml
from flask import Flask, Response, abort, request

TYPES = {"int": int, "float": float}


def view(path, entry, names):
    status, headers, body = entry.get("status", 200), entry.get("headers", {}), entry.get("body")
    kind = entry.get("type", "application/json")
    if body is None:
        body = "null" if kind == "application/json" else ""
    if re.fullmatch(r"\d+B", body):
        body = '"' + "x" * (int(body[:-1]) - 2) + '"'
    declared = entry.get("parameters", {})
    answered = {"status": status, "headers": {k.lower(): v for k, v in headers.items()}}
    if status not in (204, 304):
        by = "mimetype" if kind.startswith("text/") and ";" not in kind else "content_type"
        answered[by] = kind

    def call(**values):
        values = {re.sub("_$", "", n): v for n, v in values.items()}
        for name, text in declared.items():
            if name in names:
                continue
            if text.rstrip("?") in TYPES:
                values[name] = request.args.get(name, type=TYPES[text.rstrip("?")])
                if values[name] is None and not text.endswith("?"):
                    abort(400)
            else:
                values[name] = request.args.get(name) if text.endswith("?") else request.args[name]
        if status in (204, 304):
            return Response(**answered)

        def value(m):
            if m[1] not in values:
                return m[0]
            text = str(values[m[1]])
            return json.dumps(text, ensure_ascii=False)[1:-1] if "json" in kind else text

        return Response(re.sub(r"\{(\w+)\}", value, body), **answered)

    return call


def application(program):
    app = Flask(__name__)
    app.logger.setLevel(logging.CRITICAL)
    for i, (key, entry) in enumerate(program["routes"].items()):
        method, path = key.split(" ")
        names = re.findall(r"\{(\w+)\}", path)
        kinds = entry.get("parameters", {})

        def variable(m):
            kind = kinds.get(m[1])
            return f"<{kind}:{m[1]}_>" if kind in TYPES else f"<{m[1]}_>"

        rule = re.sub(r"\{(\w+)\}", variable, path)
        app.add_url_rule(rule, str(i), view(path, entry, names), methods=[method])
    return app


def ask(app, method, target):
    path, _, query = target.partition("?")
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": unquote_to_bytes(path).decode("latin1"), "QUERY_STRING": query, "HTTP_HOST": "lab",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8080", "SCRIPT_NAME": "", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False,
    }
    started = []
    body = b"".join(app(environ, lambda status, headers, *_: started.append((status, headers))))
    status, headers = started[-1]
    return status, [f"{n}: {', '.join(sorted(v.split(', '))) if n == 'Allow' else v}" for n, v in headers], body.decode()


def write(folder, name, lines):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        f.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def aborts():
    app = Flask(__name__)
    app.logger.setLevel(logging.CRITICAL)
    raised = []
    app.register_error_handler(LookupError, lambda e: raised.append(e) or "")
    app.add_url_rule("/<int:status>", "fail", lambda status: abort(status))
    for status in range(400, 600):
        answer = ask(app, "GET", f"/{status}")
        yield (status, f"LookupError: {raised.pop()}") if raised else (status, *answer)


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    folder = version("flask")
    os.makedirs(folder, exist_ok=True)
    for name in "rules", "answers":
        with open(f"programs/{name}.yaml", encoding="utf-8") as f:
            app = application(yaml.safe_load(f))
        with open(f"programs/{name}.requests", encoding="utf-8") as f:
            asked = [line for line in f.read().splitlines() if line and not line.startswith("#")]
        write(folder, name + ".txt", [(line, *ask(app, line.split(" ")[0], line.partition(" ")[2].strip())) for line in asked])
    write(folder, "aborts.txt", aborts())


main()
