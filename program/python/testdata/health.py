# health: printed by target-server from "health.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 starlette==1.10.0 uvicorn==0.54.0
#     uvloop==0.23.0 websockets==17.4

import os
import time
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/healthz")
def get_healthz():
    pass


@app.get("/livez")
async def get_livez():
    pass


@app.get("/slow")
def get_slow():
    time.sleep(2)
