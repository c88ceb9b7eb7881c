# steps: printed by target-server from "steps.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 starlette==1.10.0 uvicorn==0.54.0
#     uvloop==0.23.0 websockets==17.4

import asyncio
import os
import random
import threading
import time
from contextlib import asynccontextmanager
from datetime import datetime

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, HTTPException


class OutOfPaper(Exception):
    pass


def say(text):
    # The line and its end in one write: threads that print at the same time must not share a line.
    thread = threading.current_thread().name
    print(f"{datetime.now()} - {os.getpid()}-{thread}: {text}\n", end="", flush=True)


def quantiles(points):
    """Draw from the law that is linear between these points, each a probability and a duration."""
    p = random.random()
    for (low, shortest), (high, longest) in zip(points, points[1:]):
        if p <= high:
            return shortest + (longest - shortest) * (p - low) / (high - low)


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield


app = FastAPI(lifespan=lifespan)
counter = 0
DURATIONS = [0.001, 0.0025, 0.04, 1]


async def exits(id: int):
    await asyncio.sleep(0.001)
    try:
        yield
    finally:
        say(f"exit {id}")


def raises():
    raise HTTPException(401)
    try:
        yield
    finally:
        raise OutOfPaper


@app.get("/laws")
def get_laws():
    time.sleep(0.000000001)
    time.sleep(120)
    time.sleep(random.uniform(0.005, 0.02))
    time.sleep(random.expovariate(1 / 0.05))
    time.sleep(max(0, random.gauss(0.05, 0.01)))
    time.sleep(random.lognormvariate(-4.8283137373023015, 0.8661228370125063))  # lognormal(p50=8ms, p99=60ms)
    time.sleep(random.lognormvariate(-4.46732256327989, 0.5352063154665694))  # lognormal(p25=8ms, p99.9=60ms)
    time.sleep(quantiles([(0, 0.001), (0.5, 0.008), (0.9, 0.02), (0.99, 0.06), (1, 0.2)]))
    time.sleep(
        quantiles(
            [
                (0, 0.001),
                (0.01, 0.002),
                (0.02, 0.003),
                (0.03, 0.004),
                (0.04, 0.005),
                (0.05, 0.006),
                (0.06, 0.007),
                (0.07, 0.008),
                (0.08, 0.009),
                (0.09, 0.01),
                (1, 0.2),
            ]
        )
    )
    time.sleep(random.choices([0.00015, 0.002, 1], [10, 5, 0.5])[0])
    time.sleep(random.choice(DURATIONS))
    for _ in range(3):
        time.sleep(random.choice(DURATIONS))


@app.get("/control/{id}")
async def get_control_id(id: str, exits=Depends(exits), raises=Depends(raises)):
    global counter
    for _ in range(2):
        if random.random() < 0.1:
            raise HTTPException(503)
        if random.random() < 0.005:
            pass
        counter += 1
        say(f"{counter} twice {counter} {id} '{{other}}' \"quoted\"")
    say("")
    time.sleep(0.005)
    await asyncio.sleep(random.expovariate(1 / 0.05))
    raise OutOfPaper


@app.get("/ends")
def get_ends():
    raise TimeoutError
    say("never")
