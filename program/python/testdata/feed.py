# feed: printed by target-server from "feed.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 starlette==1.10.0 uvicorn==0.54.0
#     uvloop==0.23.0 websockets==17.4

import asyncio
import os
import time
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent


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


@app.get("/feed", response_class=EventSourceResponse)
async def get_feed():
    for _ in range(3600):
        await asyncio.sleep(1)
        yield ServerSentEvent(raw_data="x" * 192)


@app.get("/feed-in-threads", response_class=EventSourceResponse)
def get_feed_in_threads():
    for _ in range(3600):
        time.sleep(1)
        yield ServerSentEvent(raw_data="x" * 192)
