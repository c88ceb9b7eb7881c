"""Records what the real parsers make of byte sequences, as uvicorn calls them.

    python record.py DIR                  the cases of cases.txt, into DIR
    python record.py DIR --random N SEED  N random requests, into DIR
    python record.py --serve              inputs from stdin, verdicts to stdout

Run it once with each set of versions installed; it writes one file for each parser,
named by their versions, and with --random also the cases. For gunicorn's see
gunicorn_parser.py.

A case is a name and the parts of its input, quoted, each with an optional
repetition. A verdict line is the ways of cutting the input (whole, half: in two,
byte: into single bytes) and the events, each with the number of bytes that had
been received: H head, B body bytes (summed up), E end of message, U upgrade
(the rest of the piece is dropped), X refused, C crashed.

Serving, it first says which parsers it has. An input is preceded by its length and
the place of its only cut, in four bytes each, low byte first; it is answered with a
line of events for each parser.
"""

import datetime
import inspect
import pathlib
import random
import re
import struct
import sys
import zlib

import gunicorn_parser
import h11
import httptools
import uvicorn
from uvicorn.protocols.http import h11_impl

def quote(data):
    out = []
    for c in data:
        if c in (0x22, 0x5C):
            out.append("\\" + chr(c))
        elif 0x20 <= c < 0x7F:
            out.append(chr(c))
        else:
            out.append({13: "\\r", 10: "\\n", 9: "\\t"}.get(c, "\\x%02x" % c))
    return '"' + "".join(out) + '"'


def brief(data):
    data = bytes(data)
    if len(data) <= 64:
        return quote(data)
    return "%d:%08x" % (len(data), zlib.crc32(data))


def unquote(text):
    data = b""
    for part, times in re.findall(r'"((?:[^"\\]|\\.)*)"(?:\*(\d+))?', text):
        raw = part.encode("ascii").decode("unicode_escape").encode("latin-1")
        data += raw * int(times or 1)
    return data


def get_upgrade(headers):
    connection, upgrade = [], None
    for name, value in headers:
        if name.lower() == b"connection":
            connection = [token.lower().strip() for token in value.split(b",")]
        if name.lower() == b"upgrade":
            upgrade = value.lower()
    return upgrade if b"upgrade" in connection else None


class Record:
    def __init__(self):
        self.events, self.at, self.body = [], 0, 0

    def add(self, text):
        if self.body:
            self.events.append("B%d" % self.body)
            self.body = 0
        self.events.append("%s@%d" % (text, self.at))

    def head(self, method, target, path, query, version, headers, keep, upgrade, expect, ws):
        fields = " ".join("%s:%s" % (brief(n), brief(v)) for n, v in headers)
        url = "- -" if ws else "%s %s" % (brief(path), brief(query))
        self.add("H %s %s %s %s%s%s%s%s [%s]" % (
            brief(method), brief(target), url, version,
            " keep" if keep else "", " upgrade" if upgrade else "",
            " expect" if expect else "", " websocket" if ws else "", fields))


class Httptools(Record):
    """uvicorn.protocols.http.httptools_impl.HttpToolsProtocol."""

    def __init__(self):
        super().__init__()
        self.parser = httptools.HttpRequestParser(self)
        try:
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        except AttributeError:
            pass

    def receive(self, data):
        self.at += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.add("X")
            return False
        except httptools.HttpParserUpgrade:
            self.add("U")
        return True

    def on_message_begin(self):
        self.url, self.expect, self.headers, self.upgrading = b"", False, [], False

    def on_url(self, url):
        self.url += url

    def on_header(self, name, value):
        if name.lower() == b"expect" and value.lower() == b"100-continue":
            self.expect = True
        self.headers.append((name, value))

    def on_headers_complete(self):
        ws = self.parser.should_upgrade() and get_upgrade(self.headers) == b"websocket"
        path = query = b""
        if not ws:
            url = httptools.parse_url(self.url)
            url.path.decode("ascii")
            path, query = url.path, url.query or b""
        self.head(self.parser.get_method(), self.url, path, query, self.parser.get_http_version(),
                  self.headers, self.parser.should_keep_alive(), self.parser.should_upgrade(), self.expect, ws)

    def on_body(self, body):
        self.body += len(body)

    def on_message_complete(self):
        self.add("E")


class H11(Record):
    """uvicorn.protocols.http.h11_impl.H11Protocol, with answers sent at once
    when h11 is paused, and then only."""

    breaks = "MUST_CLOSE" in inspect.getsource(h11_impl.H11Protocol.handle_events)

    def __init__(self):
        super().__init__()
        self.conn = h11.Connection(h11.SERVER)

    def receive(self, data):
        self.at += len(data)
        self.conn.receive_data(data)
        while True:
            try:
                event = self.conn.next_event()
            except h11.RemoteProtocolError:
                self.add("X")
                return False
            except Exception:
                self.add("C")
                return False
            kind = type(event)
            if kind is h11.NEED_DATA:
                return True
            if kind is h11.PAUSED:
                if not self.answer():
                    return False
            elif kind is h11.Request:
                self.request(event)
            elif kind is h11.Data:
                self.body += len(event.data)
            elif kind is h11.EndOfMessage:
                self.add("E")
                if self.breaks and self.conn.their_state == h11.MUST_CLOSE:
                    return True

    def request(self, event):
        path, _, query = event.target.partition(b"?")
        state = self.conn._cstate
        self.head(event.method, event.target, path, query, event.http_version.decode("ascii"),
                  event.headers.raw_items(), state.keep_alive, bool(state.pending_switch_proposals),
                  self.conn.they_are_waiting_for_100_continue,
                  get_upgrade(event.headers) == b"websocket")

    def answer(self):
        self.conn.send(h11.Response(status_code=404, headers=[("content-length", "0")]))
        self.conn.send(h11.EndOfMessage())
        if self.conn.states != {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
            return False
        self.conn.start_next_cycle()
        return True


class Gunicorn(Record):
    """gunicorn's parser, which pulls."""

    brief = staticmethod(brief)

    def play(self, parts):
        gunicorn_parser.run(parts, self)
        self.body = 0


def pieces(data, cut):
    if cut == "whole":
        return [data]
    if cut == "half":
        cut = len(data) // 2
    if cut != "byte":
        return [p for p in (data[:cut], data[cut:]) if p]
    return [data[i: i + 1] for i in range(len(data))]


def verdict(parser, data, cut):
    record = parser()
    if parser is Gunicorn:
        record.play(pieces(data, cut))
        return " ".join(record.events)
    for piece in pieces(data, cut):
        if not record.receive(piece):
            break
    if record.body:
        record.events.append("B%d" % record.body)
    return " ".join(record.events)


def verdicts(parser, data):
    """A line for each different outcome, with the cuts that lead to it."""
    cuts = {}
    for cut in ("whole", "half", "byte") if len(data) < 4096 else ("whole",):
        cuts.setdefault(verdict(parser, data, cut), []).append(cut)
    return ["  %s: %s" % (" ".join(c), events) for events, c in cuts.items()]


PARSERS = [
    (H11, "h11", h11.__version__),
    (Httptools, "httptools", httptools.__version__),
    (Gunicorn, "gunicorn", gunicorn_parser.version),
]


def record(parser, name, version, cases, out):
    caller = "gunicorn" if parser is Gunicorn else "uvicorn %s" % uvicorn.__version__
    lines = ["# %s %s as %s calls it, recorded %s by record.py" % (name, version, caller, datetime.date.today())]
    for case, data in cases:
        lines += [case, *verdicts(parser, data)]
    (out / ("%s-%s.txt" % (name, version))).write_text("\n".join(lines) + "\n")


def serve(source, sink):
    """Gives verdicts until the source ends."""
    sink.write(" ".join("%s-%s" % (name, version) for _, name, version in PARSERS).encode() + b"\n")
    sink.flush()
    while head := source.read(8):
        length, cut = struct.unpack("<II", head)
        data = source.read(length)
        for parser, _, _ in PARSERS:
            sink.write(verdict(parser, data, cut).encode() + b"\n")
        sink.flush()


def read_cases(path):
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, text = line.partition(" ")
            yield name, unquote(text)


BITS = [b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b",", b";", b"\x00", b"\x7f", b"\x80", b"\xff", b"0", b"5", b"?", b"#", b"%",
        b"/", b"@", b"[", b'"', b"\\", b"=", b"\x0b", b"\x0c", b"\x01", b"chunked", b"close", b"upgrade", b"keep-alive",
        b"\r\n ", b"\r\n\r\n", b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n",
        b"Upgrade: x\r\n", b"Connection: upgrade\r\n", b"Host: x\r\n", b"Expect: 100-continue\r\n"]


def mutate(rng, data, others):
    """One to four small changes."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at, how = rng.randint(0, len(data)), rng.randrange(8)
        if how == 0:
            data[at:at + 1] = bytes([rng.randrange(256)])
        elif how == 1:
            data[at:at] = rng.choice(BITS)
        elif how == 2:
            data[at:at + rng.randint(1, 3)] = b""
        elif how == 3:
            data[at:at + 1] = rng.choice(BITS)
        elif how == 4:
            other = rng.choice(others)
            data[at:at] = other[rng.randint(0, len(other)):][: rng.randint(1, 40)]
        elif how == 5:
            other = rng.choice(others)
            data = data[:at] + other[rng.randint(0, len(other)):]
        elif how == 6 and data:
            at = min(at, len(data) - 1)
            data[at] ^= 0x20
        else:
            data += rng.choice(others)
    return bytes(data[:3000])


WORDS = {
    b"Connection": [b"close", b"upgrade", b"keep-alive", b"Close", b"x", b"closex", b"clo", b"UPGRADE", b"", b" ", b"\t"],
    b"Proxy-Connection": [b"close", b"upgrade", b"keep-alive", b"x"],
    b"Transfer-Encoding": [b"chunked", b"chunked", b"chunked", b"gzip", b"Chunked", b"chunk", b"", b" "],
    b"Content-Length": [b"0", b"1", b"2", b"3", b"12", b"x", b"", b"03", b"1 "],
    b"Upgrade": [b"websocket", b"h2c", b"WebSocket", b"", b" "],
    b"Expect": [b"100-continue", b"100-Continue", b"x"],
    b"Host": [b"h", b"", b"h:80"],
    b"X": [b"y", b"", b"y z", b"\xff", b"\x01", b"y\tz"],
}
HOSTS = [b"h", b"h:80", b"u@h", b"[::1]", b"[::1]:8", b"", b"h:", b"a.b-c", b"a_b", b"u:p@h:99999", b"[v%25z]", b"[::1%z]", b"a@b@c"]
TAILS = [b"", b"/", b"/p", b"?q", b"/?q", b"/p?q#f", b"#f", b"/#f?#", b"/%41", b"/\x80", b"//", b"*", b"/??", b"/?#"]


def field(rng):
    name = rng.choice([*WORDS, b"Connection", b"Transfer-Encoding", b"Content-Length", b"Host", b"Host"])
    joint = rng.choice([b", ", b",", b", ", b" ,", b",\t", b"\r\n ", b",\r\n\t", b" ", b"\t"])
    value = joint.join(rng.choice(WORDS[name]) for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3])))
    colon = rng.choice([b": "] * 12 + [b":", b":\t", b" : ", b":\r\n ", b":  "])
    return name + colon + value + rng.choice([b"", b"", b"", b" ", b"\t", b" \t"]) + rng.choice([b"\r\n"] * 20 + [b"\n", b"\r"])


def body(rng):
    if rng.random() < 0.5:
        return b"x" * rng.randrange(5)
    out = b""
    for _ in range(rng.randrange(3)):
        n = rng.randint(1, 17)
        ext = rng.choice([b""] * 6 + [b";a", b";a=b", b';a="b"', b" ", b";a=b;c", b';a="\\""', b"; a", b";"])
        out += b"%x" % n + ext + b"\r\n" + b"x" * n + rng.choice([b"\r\n"] * 9 + [b"\n", b"\r\r", b"xx"])
    out += rng.choice([b"0", b"0", b"00", b"0;a"]) + b"\r\n"
    return out + b"".join(field(rng) for _ in range(rng.choice([0, 0, 0, 1, 2]))) + b"\r\n"


def compose(rng):
    """One to three requests, mostly well formed, out of what parsers look at."""
    out = b""
    for _ in range(rng.randint(1, 3)):
        method = rng.choice([b"GET", b"POST", b"POST", b"CONNECT", b"PUT", b"OPTIONS", b"M-SEARCH", b"X", b"SOURCE"])
        target = rng.choice([b"", b"", b"http://" + rng.choice(HOSTS), rng.choice(HOSTS)]) + rng.choice(TAILS)
        version = rng.choice([b"HTTP/1.1"] * 12 + [b"HTTP/1.0", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.2", b"RTSP/1.0"])
        host = rng.choice([b"Host: h\r\n"] * 5 + [b""])
        out += method + b" " + target + b" " + version + b"\r\n" + host
        out += b"".join(field(rng) for _ in range(rng.randrange(4))) + b"\r\n"
        out += body(rng) if rng.random() < 0.6 else b""
    return out


def main():
    if sys.argv[1] == "--serve":
        serve(sys.stdin.buffer, sys.stdout.buffer)
        return
    here, out = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[1])
    cases = list(read_cases(here / "cases.txt"))
    if "--random" in sys.argv:
        count, seed = map(int, sys.argv[-2:])
        rng, seeds = random.Random(seed), [d for _, d in cases if d and len(d) < 2000]
        cases = [("r%d" % i, mutate(rng, rng.choice(seeds), seeds) if i % 2 else compose(rng)) for i in range(count)]
        (out / "cases.txt").write_text("".join("%s %s\n" % (n, quote(d)) for n, d in cases))
    for parser, name, version in PARSERS:
        record(parser, name, version, cases, out)


main()
