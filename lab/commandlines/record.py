"""Records how the real servers refuse command lines and variables. It takes half a minute.

    lab/.env/current/bin/python lab/commandlines/record.py > like/testdata/refused-current.json

Of a traceback only the first and the last line are kept, and warnings of Python itself are left out.
"""

import json
import os
import re
import subprocess
import sys

HOME = os.path.dirname(os.path.dirname(os.path.abspath(sys.executable)))
CASES = [  # a command line, with variables before it
    "uvicorn",
    "uvicorn --foo app:app",
    "uvicorn app:app --worker 2",
    "uvicorn app:app --limit-concurency 2",
    "uvicorn app:app --xyzzy",
    "uvicorn -w 2 app:app",
    "uvicorn app:app -host x",
    "uvicorn app:app --port abc",
    "uvicorn app:app --port 80.0",
    "uvicorn app:app --port=",
    "uvicorn app:app --workers",
    "uvicorn app:app --workers two --port x",
    "uvicorn app:app --reload=1",
    "uvicorn app:app --no-access-log=1",
    "uvicorn app:app --loop foo",
    "uvicorn app:app --http xx",
    "uvicorn app:app --log-level loud",
    "uvicorn app:app --lifespan maybe",
    "uvicorn app:app --reload-delay soon",
    "uvicorn app:app --ws-per-message-deflate maybe",
    "uvicorn app:app extra",
    "uvicorn app:app extra more",
    "uvicorn app:app --timeout-keep-alive 1s",
    "uvicorn --limit-concurrency \"it's\" app:app",
    "python -m uvicorn --foo app:app",
    "WEB_CONCURRENCY=abc uvicorn app:app",
    "WEB_CONCURRENCY= uvicorn app:app",
    "WEB_CONCURRENCY=2.0 uvicorn app:app",
    "UVICORN_PORT=abc uvicorn app:app",
    "UVICORN_PORT=tcp://10.0.0.1:80 uvicorn app:app",
    "UVICORN_ACCESS_LOG=maybe uvicorn app:app",
    "UVICORN_VERSION=0.21.1 uvicorn app:app --port x",
    "UVICORN_VERSION=0 UVICORN_HELP=x uvicorn app:app --port x",
    "UVICORN_WORKERS=x UVICORN_PORT=y uvicorn app:app",
    "UVICORN_WORKERS=x uvicorn app:app --port y",
    "gunicorn",
    "gunicorn --foo app:app",
    "gunicorn --foo=1 app:app -Z",
    "gunicorn app:app -w abc",
    "gunicorn app:app -w",
    "gunicorn app:app -w --reload",
    "gunicorn app:app -w -1",
    "gunicorn app:app -wx",
    "gunicorn app:app -w=x",
    "gunicorn app:app --workers=1.5",
    "gunicorn app:app --work 3",
    "gunicorn app:app --reload=yes",
    "gunicorn app:app --umask x",
    "gunicorn app:app -w 1 extra",
    "gunicorn app:app -DRx",
    "gunicorn app:app --threads -5 --timeout -3",
    "gunicorn app:app -k nope",
    "gunicorn app:app -b 127.0.0.1:http",
    "gunicorn app:app -b fd://x",
    "gunicorn app:app --timeout 5s",
    "python -m gunicorn app:app -w abc",
    "WEB_CONCURRENCY=abc gunicorn app:app",
    "WEB_CONCURRENCY= gunicorn app:app",
    "WEB_CONCURRENCY=-2 gunicorn app:app",
    "WEB_CONCURRENCY=abc gunicorn app:app -w x",
    "PORT=abc gunicorn app:app",
    "GUNICORN_CMD_ARGS='--workers abc' gunicorn app:app",
    "GUNICORN_CMD_ARGS='--workers -3' gunicorn app:app -w -2",
    "GUNICORN_CMD_ARGS='--bind \"x' gunicorn app:app",
    "GUNICORN_CMD_ARGS=--nope gunicorn app:app --threads x",
    "hypercorn",
    "hypercorn --foo app:app",
    "hypercorn app:app extra",
    "hypercorn app:app -w abc",
    "hypercorn app:app -w",
    "hypercorn app:app -k nope",
    "hypercorn app:app --b",
    "hypercorn app:app --verify-mode x",
    "hypercorn app:app --keep-alive 1.5",
    "python -m hypercorn app:app -w abc",
    "waitress-serve",
    "waitress-serve flask_app:app extra",
    "waitress-serve --foo flask_app:app",
    "waitress-serve -p 80 flask_app:app",
    "waitress-serve flask_app:app --threads=2",
    "waitress-serve --threads=abc flask_app:app",
    "waitress-serve --thr=abc flask_app:app",
    "waitress-serve --channel flask_app:app",
    "waitress-serve --threads",
    "waitress-serve --no-ipv4=1 flask_app:app",
    "waitress-serve --port=abc flask_app:app",
    "waitress-serve --host=1.1.1.1 --listen=1.1.1.1:80 flask_app:app",
    "waitress-serve --unix-socket=/tmp/x --port=80 flask_app:app",
    "python -m waitress --foo flask_app:app",
]
ONLY = {  # what only one vintage refuses
    "2023-03": [
        "uvicorn app:app --timeout-graceful-shutdown 3",
        "hypercorn app:app --max-requests 3",
        "gunicorn app:app --root-path /x",
        "gunicorn app:app -k asgi",
        "gunicorn app:app -k uvicorn_worker.UvicornWorker",
    ],
    "current": [
        "uvicorn app:app --timeout-graceful-shutdown x",
        "gunicorn app:app --forwarded-allow-ips 10.0.0.1/8",
        "gunicorn app:app --forwarded-allow-ips 127.0.0.1,proxy",
        "FORWARDED_ALLOW_IPS=10.0.0.1/8 gunicorn app:app",
        "UVICORN_APP= uvicorn --port 1",
    ],
}


def shortened(text):
    """The text without the frames of tracebacks, and without Python's own warnings."""
    kept, frames = [], False
    for line in text.splitlines(keepends=True):
        if "RuntimeWarning" in line:
            frames = True
            continue
        if frames and line.startswith("  "):
            continue
        frames = line.lstrip("[").startswith("Traceback (most recent call last)") or (frames and not line.strip())
        kept.append(line)
    return re.sub(r"\[\d+\]", "[PID]", "".join(kept))


def record(command):
    env = {"PATH": os.path.join(HOME, "bin") + ":/usr/bin:/bin", "HOME": "/nowhere", "COLUMNS": "80", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["sh", "-c", command], cwd=HOME, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=20, text=True)
    return {"command": command, "status": done.returncode, "stderr": shortened(done.stderr)}


vintage = os.path.basename(HOME)
rows = [record(command) for command in CASES + ONLY[vintage]]
print("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]")
