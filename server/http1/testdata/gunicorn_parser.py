"""gunicorn's parser for record.py, driven as a gthread worker does.

The parser pulls: it blocks in recv until there is more. So the pieces are handed to it one after the other, and the
record ends where it would block. A refusal is recorded with what gunicorn.workers.base.Worker makes of it: the page's
status, reason and text, "known" if there is an access line, and the exception. Events are those of record.py, but that
a body is counted when it has ended, and what follows a request that closes is not read.
"""

from gunicorn import __version__ as version
from gunicorn.config import Config
from gunicorn.http import RequestParser
from gunicorn.workers import base

CFG = Config()
PEER = ("127.0.0.1", 50000)


class Blocked(BaseException):
    pass


class Socket:
    def __init__(self, pieces, record):
        self.pieces, self.record = list(pieces), record

    def recv(self, _):
        if not self.pieces:
            raise Blocked
        piece = self.pieces.pop(0)
        self.record.at += len(piece)
        return piece


class Worker(base.Worker):
    """Writes down what handle_error does."""

    def __init__(self):
        self.cfg, self.log, self.known = CFG, self, False
        self.message = ""

    def access(self, *_):
        self.known = True

    def debug(self, text, *_):
        if text.startswith("Invalid request"):
            self.message = text.partition(": ")[2]

    warning = debug


def text(value):
    return '"%s"' % value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r").replace("\n", "\\n")


def refusal(error, request):
    worker, page = Worker(), []
    write_error = base.util.write_error
    base.util.write_error = lambda _, *parts: page.extend(parts)
    try:
        worker.handle_error(request, None, PEER, error)
    finally:
        base.util.write_error = write_error
    return "%d %s %s%s %s" % (page[0], text(page[1]), text(page[2]), " known" if worker.known else "", text(worker.message))


def latin1(value):
    return value.encode("latin-1", "replace")


def run(pieces, record):
    parser = RequestParser(CFG, Socket(pieces, record), PEER)
    request = None
    try:
        while True:
            request = None
            request = next(parser)
            head(request, record)
            if request.should_close():
                return
            size = 0
            while data := request.body.read(1024):
                size += len(data)
            record.body = size
            record.add("E")
    except Blocked:
        return
    except (StopIteration, UnicodeError):
        return
    except OSError as error:
        name = "%s.%s" % (type(error).__module__, type(error).__name__)
        record.add("C %s: %s" % (name, text(str(error))))
    except Exception as error:
        # What is wrong with a body is found by the next call of next(), or with the request in hand: here by the first.
        record.add("X %s" % refusal(error, None))


def head(request, record):
    continues = 0
    if version.startswith("20."):
        continues = sum(n == "EXPECT" and v.lower() == "100-continue" for n, v in request.headers)
    else:
        continues = int(request._expected_100_continue)
    fields = " ".join("%s:%s" % (record.brief(latin1(n)), record.brief(latin1(v))) for n, v in request.headers)
    record.add("H %s %s %s %s %s%s%s %s [%s]" % (
        record.brief(latin1(request.method)), record.brief(latin1(request.uri)), record.brief(latin1(request.path)),
        record.brief(latin1(request.query)), "%d.%d" % request.version, "" if request.should_close() else " keep",
        " expect%d" % continues if continues else "", request.scheme, fields))
