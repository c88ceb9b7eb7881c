"""The program that target-server imitates, without a log: none of the rivals prints anything while it is measured.

APP_SLEEP  how long a request sleeps, in seconds
APP_LIMIT  the number of threads
"""

import os
import time
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Query

SLEEP = float(os.environ["APP_SLEEP"])
LIMIT = int(os.environ["APP_LIMIT"])


@asynccontextmanager
async def lifespan(_):
    current_default_thread_limiter().total_tokens = LIMIT
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/")
def index(request_id: str = Query(..., alias="id")):
    time.sleep(SLEEP)
    return "hello"
