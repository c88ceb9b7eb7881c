"""The article's two programs as one, told by the environment what to do.

APP_MODE   threadpool    a plain function that sleeps: it runs in AnyIO's pool of threads
           async-misuse  a coroutine that sleeps without awaiting: it holds the loop
           cooperative   a coroutine that awaits its sleep: it holds nothing
APP_SLEEP  how long a request sleeps, in seconds
APP_LIMIT  the number of threads; 0 leaves the framework's own
APP_RESIZE runvar: the number is set as the article does it, by a variable of the loop's
APP_IDENT  native: lines tell a thread by its native id instead of its name, as some of the article's do
"""

import asyncio
import os
import threading
import time
from contextlib import asynccontextmanager
from datetime import datetime

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Query

MODE = os.environ.get("APP_MODE", "threadpool")
SLEEP = float(os.environ.get("APP_SLEEP", "5"))
LIMIT = int(os.environ.get("APP_LIMIT", "0"))
RUNVAR = os.environ.get("APP_RESIZE") == "runvar"
NATIVE = os.environ.get("APP_IDENT") == "native"


@asynccontextmanager
async def lifespan(_):
    if LIMIT and RUNVAR:
        # AnyIO 4 identifies this variable by the object, no longer by its name, and stays at 40; so does
        # every AnyIO on trio.
        RunVar("_default_thread_limiter").set(CapacityLimiter(LIMIT))
    elif LIMIT:
        current_default_thread_limiter().total_tokens = LIMIT  # this works at both vintages
    yield


app = FastAPI(lifespan=lifespan)
counter = 0


def say(text):
    # The line and its end in one write: threads that print at the same time must not share a line.
    thread = threading.get_native_id() if NATIVE else threading.current_thread().name
    print(f"{datetime.now()} - {os.getpid()}-{thread}: {text}\n", end="", flush=True)


def begin(request_id):
    global counter
    counter += 1
    say(f"#{counter} processing request id[{request_id}], sleeping...")


def finish(request_id):
    say(f"done request id[{request_id}]")


if MODE == "threadpool":

    @app.get("/")
    def index(request_id: str = Query(..., alias="id")):
        begin(request_id)
        time.sleep(SLEEP)
        finish(request_id)
        return "hello"

elif MODE == "async-misuse":

    @app.get("/")
    async def index(request_id: str = Query(..., alias="id")):
        begin(request_id)
        time.sleep(SLEEP)
        finish(request_id)
        return "hello"

elif MODE == "cooperative":

    @app.get("/")
    async def index(request_id: str = Query(..., alias="id")):
        begin(request_id)
        answer = await asyncio.sleep(SLEEP, result=f"hello #{request_id}")
        finish(request_id)
        return answer

else:
    raise SystemExit(f"APP_MODE is {MODE!r}; it may be threadpool, async-misuse or cooperative")
