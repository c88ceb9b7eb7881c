"""Records what FastAPI answers. README.md tells how and what."""

import asyncio
import inspect
import itertools
import json
import os
import random
import re
from typing import Any, Optional
from urllib.parse import unquote

import fastapi
import pydantic
import yaml
from fastapi import Depends, FastAPI, File, Form, HTTPException, Response, UploadFile

TYPES = {"str": str, "int": int, "float": float, "bool": bool}
UNITS = {"B": 1, "KB": 1000, "KiB": 1 << 10, "MB": 1000_000, "MiB": 1 << 20}


def parameter(name, text):
    """A parameter: int, or int? for one that may be missing."""
    kind = TYPES[text.rstrip("?")]
    if text.endswith("?"):
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Optional[kind])
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)


def field(name, text):
    """A field of a form: str or file, with a question mark for one that may be missing."""
    kind, default = (UploadFile, File) if text.rstrip("?") == "file" else (str, Form)
    if text.endswith("?"):
        return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default(None), annotation=Optional[kind])
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default(), annotation=kind)


def signed(function, name, parameters):
    function.__name__ = name
    function.__signature__ = inspect.Signature(parameters)
    return function


def depending(names, made):
    return [
        inspect.Parameter("d_" + n, inspect.Parameter.KEYWORD_ONLY, default=Depends(made[n]), annotation=Any) for n in names
    ]


def dependency(name, entry, made):
    async def call(**_):
        return None

    parameters = [parameter(n, t) for n, t in entry.get("parameters", {}).items()]
    return signed(call, name, depending(entry.get("depends", []), made) + parameters)


def fill(value, values):
    """Puts the values of parameters into the texts of a JSON value."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda m: str(values[m[1]]) if m[1] in values else m[0], value)
    if isinstance(value, dict):
        return {k: fill(v, values) for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, values) for v in value]
    return value


def text_of(body, values, is_json):
    def value(m):
        if m[1] not in values:
            return m[0]
        text = str(values[m[1]])
        return json.dumps(text, ensure_ascii=False)[1:-1] if is_json else text

    return re.sub(r"\{(\w+)\}", value, body)


def endpoint(name, path, entry, made):
    status = entry.get("status", 200)
    kind = None if status in (204, 304) else entry.get("type", "application/json")
    body = entry.get("body")
    if body is None:
        body = "null" if kind == "application/json" else ""
    size = re.fullmatch(r"(\d+) ?(\w+)", str(body))
    if size and size[2] in UNITS:
        body = '"' + "x" * (int(size[1]) * UNITS[size[2]] - 2) + '"'
    headers = entry.get("headers", {})
    model = entry.get("response_model", False)
    is_json = kind is not None and "json" in kind
    in_path = re.findall(r"\{(\w+)\}", path)
    declared = entry.get("parameters", {})
    parameters = [parameter(n, declared.get(n, "str")) for n in in_path]
    parameters += [parameter(n, t) for n, t in declared.items() if n not in in_path]
    parameters += [field(n, t) for n, t in entry.get("form", {}).items()]
    names = [p.name for p in parameters]

    async def plain(**given):
        values = {n: given[n] for n in names}
        return Response(text_of(body, values, is_json), status_code=status, headers=headers, media_type=kind)

    async def modelled(**given):
        for k, v in headers.items():
            given["injected_response"].headers[k] = v
        return fill(json.loads(body), {n: given[n] for n in names})

    options = {} if status == 200 else {"status_code": status}
    parameters = depending(entry.get("depends", []), made) + parameters
    if not model:
        return signed(plain, name, parameters), options
    injected = inspect.Parameter("injected_response", inspect.Parameter.KEYWORD_ONLY, annotation=Response)
    options["response_model"] = str if body.startswith('"') else Any
    return signed(modelled, name, parameters + [injected]), options


def function_names(routes):
    taken = set()
    for method, path in routes:
        words = re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_")
        base = f"{method.lower()}_{words or 'index'}" if words or method != "GET" else "index"
        name, n = base, 2
        while name in taken:
            name, n = f"{base}_{n}", n + 1
        taken.add(name)
        yield name


def application(program):
    app = FastAPI()
    made = {}
    for name, entry in program.get("dependencies", {}).items():
        made[name] = dependency(name, entry, made)
    routes = [key.split(" ") for key in program["routes"]]
    for (method, path), name, entry in zip(routes, function_names(routes), program["routes"].values()):
        function, options = endpoint(name, path, entry, made)
        app.add_api_route(path, function, methods=[method], **options)
    return app


def ask(app, method, path, query):
    out = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        out.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode("latin-1"), "root_path": "",
        "headers": [(b"host", b"x")], "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 80),
    }
    asyncio.run(app(scope, receive, send))
    lines = [[k.decode("latin-1"), v.decode("latin-1")] for k, v in out[0]["headers"]]
    for line in lines:
        if line[0] == "allow":
            line[1] = ", ".join(sorted(line[1].split(", ")))
    return out[0]["status"], lines, b"".join(m["body"] for m in out[1:]).decode()


def values():
    """Texts that are values, nearly values, or no values."""
    rng = random.Random(1)
    for kind, alphabet, longest in ("int", "05_+-. ", 4), ("float", "05_+-.e n", 3), ("bool", "01tT\n ", 2):
        for n in range(longest + 1):
            for letters in itertools.product(alphabet, repeat=n):
                yield kind, "".join(letters)
        for _ in range(500):
            yield kind, "".join(rng.choice(alphabet) for _ in range(rng.randrange(longest + 1, longest + 5)))
    for kind, texts in TEXTS.items():
        for text in texts:
            yield kind, text
    for n, text in itertools.product((4299, 4300, 4301), ("{}", "-{}", "+{}", " {}", "{} ", "0{}", "{}_1", "{}.0", "{}x", "-{}x", "5.{}")):
        yield "int", text.format("1" * n)
        yield "int", text.format("0" * n)
        yield "int", text.format("_".join("1" * n))


TEXTS = {
    "int": [
        "007", "1_000", "1__0", "0_1", "0__1", "00_1", "-0_1", "0-5", "-0-5", "-_1", "+_1", "1._0", "1.0_0", "0 1", "- 5", "1e3", "0x10", "0b1", "nan",
        "inf", "true", "1,000", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "12345678901234567890.0",
        "\u0663", "\uff15", "\u0665\u0666", "\u0665_\u0666", "5\u0664", "\U0001d7d8", "\u00b2", "5\u00b2", "5\ufffd", "\u00855", "5\u0085", "\u00a05", "\u200b5",
        "\ufeff5", "\u20285", "\u2003 5", "\x0b5\x0c", "\x1c5", "\x1c\u20285", "5\x1f", "5\x00", "5\x7f", "\n5\n",
    ],
    "float": [
        "inf", "Inf", "INF", "infinity", "Infinity", "-inf", "+inf", "nan", "NaN", "-nan", "+nan", "infin", "infinit", "inf_", "i_nf", "na_n", "n_an", "_inf",
        " nan ", "1e400", "-1e400", "1e-400", "0x1p3", "1_0e1_0", "1_0.5", "1._5", "1e_5", "1_e5", "1e5_", "1__0", "1e+5", "1E5", "1e-5", ".5", "5.", "5.e3", ".e3",
        "e3", "-.5", "+.5", "1e16", "1e15", "123456789012345678", "1e22", "1e21", "0.0001", "0.00001", "1.7976931348623157e308", "5e-324", "1.0", "100", "-0",
        "1,5", "1.5.5", "\u0665.\u0665", " 1.5 ", "\x0b1.5\x0c", "\u20281.5", "\x1c1.5", "\x1c1.5\u2028", "1.5\x00", "9" * 400, "0." + "1" * 400, "1d5", "1f", "  ",
        "1 e5", "+ 1", "1e0001", "1e99999999999999999999", "0e99999999999999999999", "0.1e-99999999999999999999", "123456789.123456789", "\uff11.\uff15", "1e5.0",
        "0.1", "1e100", "1e-7", "12345678.9", "1234567890123456.7", "++1", " 1_0",
    ],
    "bool": [
        "0", "off", "f", "false", "n", "no", "1", "on", "t", "true", "y", "yes", "OFF", "False", "TRUE", "Yes", "oN", "nO", " true", "true ", "2", "00", "01", "1.0",
        "0.0", "-0", "None", "null", "enabled", "tru", "\u017f", "ye\u017f", "fal\u017fe", "\u212a", "10",
    ],
}


def read(kind, text):
    try:
        if pydantic.VERSION.startswith("1."):
            return str(pydantic.create_model("M", v=(TYPES[kind], ...))(v=text).v)
        return str(pydantic.TypeAdapter(TYPES[kind]).validate_python(text))
    except pydantic.ValidationError as e:
        return {"error": e.errors()[0]["type"]}


def write(name, text):
    with open(os.path.join(fastapi.__version__, name), "w", encoding="utf-8", newline="") as f:
        f.write(text)


def line(*parts):
    return json.dumps(parts, ensure_ascii=False) + "\n"


def shortened(text):
    """Writes what is repeated thousands of times as {what*times}."""
    if not isinstance(text, str):
        return text
    return re.sub(r"(.{1,2}?)\1{1000,}", lambda m: f"{{{m[1]}*{len(m[0]) // len(m[1])}}}", text)


def record(file, name):
    """Records a program and what it answers to the requests for it, if there are any."""
    with open(file, encoding="utf-8") as f:
        app = application(yaml.safe_load(f))
    write(name + ".json", ask(app, "GET", "/openapi.json", "")[2])
    requests = os.path.join("programs", name + ".requests")
    if not os.path.exists(requests):
        return
    with open(requests, encoding="utf-8") as f:
        asked = [r for r in f.read().splitlines() if r and not r.startswith("#")]
    answers = []
    for request in asked:
        method, target = request.split(" ")
        path, _, query = target.partition("?")
        answers.append(line(request, *ask(app, method, unquote(path), query)))
    write(name + ".txt", "".join(answers))


def exceptions():
    """What is answered to an HTTPException of each status."""
    app = FastAPI()

    @app.get("/{status}")
    async def fail(status: int):
        raise HTTPException(status)

    for status in range(400, 600):
        try:
            yield status, *ask(app, "GET", f"/{status}", "")
        except ValueError as e:
            yield status, str(e)


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    os.makedirs(fastapi.__version__, exist_ok=True)
    for folder in "programs", "../../../program/builtin":
        for file in sorted(os.listdir(folder)):
            name, ending = os.path.splitext(file)
            if ending == ".yaml":
                record(os.path.join(folder, file), name)
    write("exceptions.txt", "".join(line(*e) for e in exceptions()))
    write("values.txt", "".join(line(kind, shortened(text), shortened(read(kind, text))) for kind, text in values()))


main()
