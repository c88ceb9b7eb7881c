"""Records how Starlette reads forms. README.md tells how and what."""

import asyncio
import json
import logging
import os
import random

import starlette
import starlette.datastructures
from starlette.formparsers import MultiPartParser
from starlette.exceptions import HTTPException
from starlette.requests import Request

FIELDS = ["a", "b", "ä"]
SPOOL = 24
MultiPartParser.max_file_size = MultiPartParser.spool_max_size = SPOOL
calls = []
log = []


class Lines(logging.Handler):
    def emit(self, record):
        log.append(record.getMessage())


for name in "multipart.multipart", "python_multipart.multipart":
    logging.getLogger(name).addHandler(Lines())
    logging.getLogger(name).propagate = False


async def counted(function, *arguments):
    calls[-1][0 if function.__name__ == "write" else 1] += 1
    return function(*arguments)


starlette.datastructures.run_in_threadpool = counted


async def read(content_type, chunks):
    calls[:], log[:] = [], []
    rest = list(chunks)

    async def receive():
        calls.append([0, 0])
        return {"type": "http.request", "body": rest.pop(0) if rest else b"", "more_body": bool(rest)}

    scope = {"type": "http", "app": None, "headers": [(b"content-type", content_type)]}
    try:
        form = await Request(scope, receive).form()
    except HTTPException as e:
        return {"error": e.detail, "log": log}
    except Exception:
        return {"error": "There was an error parsing the body", "log": log}
    items = {}
    for name in FIELDS:
        item = form.get(name)
        if isinstance(item, str):
            items[name] = item
        elif item is not None:
            # The newer release describes such a file in its errors.
            headers = {} if starlette.__version__ == "0.26.1" else dict(item.headers)
            items[name] = [item.filename, item.size, headers, item.file._rolled]
    disk = sum(not isinstance(v, str) and v.file._rolled for _, v in form.multi_items())
    return {"items": items, "disk": disk, "work": calls[:len(chunks)], "log": log}


def split(rng, body, most):
    """The body in at most so many chunks, none of which is empty."""
    cuts = sorted(rng.sample(range(1, max(2, len(body))), min(most - 1, max(0, len(body) - 1))))
    return [body[i:j] for i, j in zip([0] + cuts, cuts + [len(body)]) if i < j]


def pick(rng, likely, others, share=0.85):
    return likely if rng.random() < share else rng.choice(others)


def headers(rng):
    name = pick(rng, b'name="a"', [b'name=b', b'name="\xc3\xa4"', b'Name = "a"', b"", b'name="a;b"', b'name="a\\"b"', b"name", b'name=a b',
                                   b'name*=a', b'name="b', b'name="a\xff"', b'name=""', b"name= a", b'x="";name=b'], 0.6)
    file = pick(rng, b"", [b'; filename="f"', b'; filename=""', b'; filename="C:\\\\x\\y.txt"', b'; filename="\\\\\\\\h\\q"', b"; filename", b"; filename=g h",
                           b'; FILENAME="\xc3\xa4"', b'; filename="a\xff"', b'; filename*=x', b'; filename=a;', b'; filename="a;b"', b'; filename="\\""'], 0.3)
    disposition = pick(rng, b"Content-Disposition", [b"content-disposition", b"Content-Type", b"X_Y", b"Content Disposition", b"X1", b"", b"\xc3", b"Content-\r"], 0.93)
    yield disposition + pick(rng, b": ", [b":", b":  ", b" : ", b"", b":\t"], 0.95) + b"form-data; " + name + file
    while rng.random() < 0.3:
        yield rng.choice([b"Content-Type: text/plain", b"X-A: 1", b"x-a: 2", b"B:", b"C: \xff", b"D", b"E: a\rb"])
    if rng.random() < 0.02:
        for _ in range(8):
            yield b"X: y"


def data(rng, boundary):
    made = b""
    while rng.random() < 0.75:
        made += rng.choice([b"x", b"\r", b"\n", b"\r\n", b"-", b"\r\n--", b"\r\n-", b"\r\n--" + boundary[:-1], b"\r\n--" + boundary, b"\r\n--" + boundary + b"-",
                            b"\r\n--" + boundary + b"\r", b"some text", b"\xff", b"\xc3\xa4", b"0123456789" * 3, b"=" * 40])
    return made


def multipart(rng):
    boundary = pick(rng, b"X", [b"XY", b"--X", b"boundary0123456789"], 0.5)
    end = lambda: pick(rng, b"\r\n", [b"\n", b"\r", b"", b" \r\n", b"\r\r\n"], 0.97)
    body = pick(rng, b"", [b"\r\n", b"\n", b"x", b"\r\nx-\r\n", b"preamble\r\n"], 0.93)
    body += b"--" + pick(rng, boundary, [b"Y", boundary[:-1], boundary + b"X"], 0.97) + end()
    for i in range(rng.choice([0, 1, 1, 2, 2, 3])):
        if i > 0:
            body += b"--" + boundary + pick(rng, b"", [b" ", b"\t ", b"-"], 0.95) + end()
        for header in headers(rng):
            body += header + end()
        body += end() + data(rng, boundary) + b"\r\n"
    body += pick(rng, b"--" + boundary + b"--", [b"", b"--" + boundary, b"--" + boundary + b"-", b"--" + boundary + b"-x"], 0.9)
    body += pick(rng, b"\r\n", [b"", b"\r\nepi", b"e"], 0.9)
    kind = pick(rng, b"multipart/form-data", [b"Multipart/Form-Data", b"multipart/mixed", b"multipart/form-data "], 0.97)
    quoted = rng.choice([boundary, b'"' + boundary + b'"'])
    options = pick(rng, b"boundary=" + quoted, [b"Boundary = " + quoted, b"boundary=", b"x=y; boundary=" + quoted, b"", b"boundary", b'x=";";boundary=' + quoted, b"boundary=" + b"X" * 257], 0.9)
    charset = pick(rng, b"", [b"; charset=utf-8", b"; charset=UTF8", b"; charset=latin-1", b'; charset="us-ascii"', b"; charset=none"], 0.9)
    return kind + b"; " + options + charset, body


def urlencoded(rng):
    body = b"".join(rng.choice([b"a", b"a", b"b", b"=", b"=", b"&", b"&", b";", b"+", b"%", b"%41", b"%C3%A4", b"\xc3\xa4", b"\xe4", b"%ff", b"a=1", b"x", b" ", b"%6"])
                    for _ in range(rng.randrange(14)))
    kind = pick(rng, b"application/x-www-form-urlencoded", [b"application/x-www-form-urlencoded; charset=latin-1", b"text/plain", b"", b"APPLICATION/x-www-form-urlencoded ",
                                                            b"Application/x-www-form-urlencoded;"], 0.9)
    return kind, body


def limits():
    """Large forms, with what is repeated written as {text*times}."""
    part = '--X\r\nContent-Disposition: form-data; name="a"%s\r\n\r\n%s\r\n'
    kind = "multipart/form-data; boundary=X"
    for n in 1000, 1001:
        yield kind, "{" + part % ("", "1") + "*%d}--X--\r\n" % n
        yield kind, "{" + part % ('; filename="f"', "1") + "*%d}--X--\r\n" % n
        yield "application/x-www-form-urlencoded", "{a=1&*%d}" % n
    for n in 1 << 20, (1 << 20) + 1:
        yield kind, part % ("", "{x*%d}" % n) + "--X--\r\n"
        yield "application/x-www-form-urlencoded", "a={x*%d}" % (n - 1)
        yield "application/x-www-form-urlencoded", "{a*%d}" % n
        yield "application/x-www-form-urlencoded", "a=1&{a*%d}=b" % (n - 1)
    for n in 4000, 4224, 4225:
        yield kind, '--X\r\n{a*%d}: b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--X--' % n
        yield kind, '--X\r\nA: {b*%d}\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--X--' % (n - 3)
        yield kind, '--X\r\nA:{ *%d}\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--X--' % (n - 2)


def expand(text):
    while "{" in text:
        before, rest = text.split("{", 1)
        repeated, after = rest.split("}", 1)
        what, times = repeated.rsplit("*", 1)
        text = before + what * int(times) + after
    return text.encode("latin-1")


def record(name, cases):
    with open(os.path.join(starlette.__version__, name), "w", encoding="utf-8", newline="") as f:
        for line in cases:
            f.write(json.dumps(line, ensure_ascii=False) + "\n")


def latin(data):
    return data.decode("latin-1")


def drawn(draw, n, seed):
    rng = random.Random(seed)
    for _ in range(n):
        content_type, body = draw(rng)
        chunks = split(rng, body, rng.choice([1, 1, 2, 3, 5, 50]))
        yield latin(content_type), [latin(c) for c in chunks], asyncio.run(read(content_type, chunks))


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    os.makedirs(starlette.__version__, exist_ok=True)
    n = int(os.environ.get("CASES", "800"))
    seed = int(os.environ.get("SEED", "1"))
    record("multipart.txt", drawn(multipart, n, seed))
    record("urlencoded.txt", drawn(urlencoded, n // 2, seed))
    record("limits.txt", ((kind, text, short(asyncio.run(read(kind.encode(), [expand(text)])))) for kind, text in limits()))


def short(found):
    """Leaves out long texts."""
    return {k: v if k != "items" else {n: len(t) if isinstance(t, str) else t[:2] for n, t in v.items()} for k, v in found.items()}


main()
