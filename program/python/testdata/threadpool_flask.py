# threadpool: printed by target-server from "threadpool.yaml". Run it, saved as app.py, with
#
#     waitress-serve app:app
#
# and these packages:
#
#     flask==2.2.3 waitress==2.1.2 werkzeug==2.2.3

import os
import threading
import time
from datetime import datetime

from flask import Flask, Response, request


def say(text):
    # The line and its end in one write: threads that print at the same time must not share a line.
    thread = threading.current_thread().name
    print(f"{datetime.now()} - {os.getpid()}-{thread}: {text}\n", end="", flush=True)


app = Flask(__name__)
counter = 0


@app.get("/")
def index():
    global counter
    id = request.args["id"]
    counter += 1
    say(f"#{counter} processing request id[{id}], sleeping...")
    time.sleep(5)
    say(f"done request id[{id}]")
    return Response('"hello"', content_type="application/json")
