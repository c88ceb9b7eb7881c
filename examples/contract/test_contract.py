"""Checks that the admin address answers as its /openapi.yaml says: every operation and every documented status except 503, on a live server."""

import os
import sys
from pathlib import Path

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

sys.path.insert(0, str(Path(__file__).parent.parent / "pytest"))
from target_server import TargetServer  # noqa: E402

# operation, query, status. A test below checks that none is missing.
CALLS = [
    ("page", "", 200),
    ("page", "", 304),
    ("page", "x=1", 400),
    ("pageFile", "", 200),
    ("pageFile", "", 304),
    ("pageFile", "x=1", 400),
    ("pageFile", "", 404),
    ("live", "", 200),
    ("live", "x=1", 400),
    ("stats", "", 200),
    ("stats", "x=1", 400),
    ("wait", "busy=1&waiting=1", 200),
    ("wait", "zombies=1", 200),
    ("wait", "answered=1&refused=1", 200),
    ("wait", "busy=0&timeout=10ms", 504),
    ("wait", "", 400),
    ("wait", "busy=-1", 400),
    ("wait", "refused=0", 400),
    ("requests", "", 200),
    ("requests", "last=1", 200),
    ("requests", "last=all", 400),
    ("metrics", "", 200),
    ("metrics", "x=1", 400),
    ("openapi", "", 200),
    ("openapi", "x=1", 400),
    ("limit", "value=3", 200),
    ("limit", "value=0", 400),
    ("limit", "value=unlimited", 200),
    ("limit", "value=3", 200),
    ("sleep", "value=0s", 200),
    ("sleep", "value=x", 400),
    ("pause", "x=1", 400),
    ("pause", "", 200),
    ("stats", "", 200),
    ("requests", "", 200),
    ("resume", "x=1", 400),
    ("resume", "", 200),
    ("release", "n=1", 200),
    ("release", "n=0", 400),
    ("hold", "x=1", 400),
    ("hold", "", 200),
    ("release", "", 200),
    ("requests", "", 200),
    ("reset", "x=1", 400),
    ("reset", "", 200),
    ("stats", "", 200),
]


@pytest.fixture(scope="module", params=[1, 2], ids=["one worker", "two workers"])
def server(request):
    with TargetServer(f"--workers={request.param}", "--limit=1", "--queue=2", "--sleep=0s") as server:
        yield server


@pytest.fixture(scope="module")
def document(server) -> dict:
    """The server's own document, or the file $OPENAPI."""
    if path := os.environ.get("OPENAPI"):
        return yaml.safe_load(Path(path).read_text())
    return yaml.safe_load(httpx.get(f"{server.admin_url}/openapi.yaml").text)


@pytest.fixture
def operations(document) -> dict:
    return {o["operationId"]: (method, path, o) for path, item in document["paths"].items() for method, o in item.items()}


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_nothing_is_left_out(operations):
    rare = ("429", "503")  # needs a hundred waiting clients, or workers that do not answer
    rare += ("401", "403")  # below, of every operation
    told = {(name, int(status)) for name, (_, _, o) in operations.items() for status in o["responses"] if status not in rare}
    assert told == {(name, status) for name, _, status in CALLS}


def test_every_answer_is_as_told(server, document, operations):
    busy(server)
    for name, query, status in CALLS:
        method, path, operation = operations[name]
        path = path.format(file="none.js" if status == 404 else "main.js")
        url, fields = f"{server.admin_url}{path}?{query}", {}
        if status == 304:  # what the browser has already
            fields = {"If-None-Match": httpx.get(url).headers["ETag"]}
        answer = first_event(url) if (name, status) == ("live", 200) else httpx.request(method, url, headers=fields, timeout=10)
        call = f"{method.upper()} {path}?{query}"
        assert answer.status_code == status, f"{call}: {answer.text}"
        told = operation["responses"][str(status)]
        told = document["components"]["responses"][told["$ref"].rpartition("/")[2]] if "$ref" in told else told
        if status == 304:
            assert not answer.content, call
            continue
        kind = answer.headers["Content-Type"].partition(";")[0]
        assert kind in told["content"], f"{call}: {kind}"
        if kind in ("application/json", "text/event-stream"):
            check(document, told["content"][kind]["schema"], answer.json(), call)


def test_who_may_not_come_is_refused(document, operations):
    token = "0123456789abcdef"
    with TargetServer(f"--admin-token={token}") as server:
        for name, (method, path, operation) in operations.items():
            path = path.format(file="none.js")  # those that exist need no token, like the page itself
            for status, fields in [
                (401, {}),
                (401, {"Authorization": "Bearer wrong"}),
                (403, {"Authorization": f"Bearer {token}", "Origin": "http://evil.example"}),
                (403, {"Authorization": f"Bearer {token}", "Host": "evil.example"}),
            ]:
                if str(status) not in operation["responses"]:
                    assert operation["security"] == [{}]
                    continue
                answer = httpx.request(method, f"{server.admin_url}{path}", headers=fields, timeout=10)
                call = f"{method.upper()} {path} with {fields}"
                assert answer.status_code == status, f"{call}: {answer.text}"
                told = operations[name][2]["responses"][str(status)]["$ref"].rpartition("/")[2]
                assert set(answer.headers) >= {h.lower() for h in document["components"]["responses"][told].get("headers", {})}, call
        answer = httpx.get(f"{server.admin_url}/stats", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text


def first_event(url: str) -> httpx.Response:
    """The answer of a stream that does not end, with the data of its first event as the content."""
    with httpx.stream("GET", url, timeout=10) as stream:
        data = next(line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data: "))
        return httpx.Response(stream.status_code, headers={"Content-Type": stream.headers["Content-Type"]}, text=data)


def check(document: dict, schema: dict, value: object, call: str) -> None:
    """Only the fields in the schema are allowed, although a schema by itself allows more."""
    strict = {"components": {"schemas": {k: {**s, "additionalProperties": False} for k, s in document["components"]["schemas"].items()}}, **schema}
    wrong = sorted(Draft202012Validator(strict, format_checker=FormatChecker()).iter_errors(value), key=lambda e: list(e.path))
    assert not wrong, f"{call}: {wrong[0].json_path}: {wrong[0].message}"
    if isinstance(value, list):
        assert value, f"{call}: an empty list proves nothing"


def busy(server: TargetServer) -> None:
    """A server with requests running, queued, refused, answered, and one whose client has left. 0s: those have a start and an end, too."""
    httpx.get(f"{server.url}/?id=1")
    httpx.get(f"{server.url}/nowhere")
    server.hold()
    gone = 0
    while server.stats()["refused"] == 0:  # how workers share connections is random
        try:
            httpx.get(f"{server.url}/?id=2", timeout=0.05)
        except httpx.ReadTimeout:
            gone += 1
        assert gone < 100
    server.wait("busy=1&waiting=1&zombies=1")
