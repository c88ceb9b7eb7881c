"""The same program on Flask, told by the environment what to do.

APP_IDENT     native: lines tell a thread by its native id instead of its name
APP_SLEEP     how long a request sleeps, in seconds
APP_PORT      with python flask_app.py, the development server's port on 127.0.0.1
APP_THREADED  with python flask_app.py: 1 for a thread a request, 0 for one request at a time
"""

import os
import threading
import time
from datetime import datetime

from flask import Flask, request

SLEEP = float(os.environ.get("APP_SLEEP", "5"))
NATIVE = os.environ.get("APP_IDENT") == "native"

app = Flask(__name__)
counter = 0


def say(text):
    # The line and its end in one write: threads that print at the same time must not share a line.
    thread = threading.get_native_id() if NATIVE else threading.current_thread().name
    print(f"{datetime.now()} - {os.getpid()}-{thread}: {text}\n", end="", flush=True)


@app.get("/")
def index():
    global counter
    request_id = request.args["id"]
    counter += 1
    say(f"#{counter} processing request id[{request_id}], sleeping...")
    time.sleep(SLEEP)
    say(f"done request id[{request_id}]")
    return "hello"


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ["APP_PORT"]), threaded=os.environ.get("APP_THREADED", "1") == "1", processes=1)
