# compute: printed by target-server from "compute.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 starlette==1.10.0 uvicorn==0.54.0
#     uvloop==0.23.0 websockets==17.4

import ctypes
import os
import signal
import time
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI


def compute(seconds):
    """Compute for that much processor time of this thread."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def keep_lock(seconds):
    """Spend that long in C code that keeps the interpreter's lock, whatever signals come."""
    signals = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    ctypes.PyDLL(None).usleep(int(seconds * 1_000_000))
    signal.pthread_sigmask(signal.SIG_SETMASK, signals)


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def get_health():
    pass


@app.post("/score")
def post_score():
    compute(0.1)
    return {"score": 0}


@app.post("/resize")
def post_resize():
    keep_lock(0.05)
    return {"ok": True}


@app.post("/parse")
async def post_parse():
    compute(0.02)
    return {"ok": True}
