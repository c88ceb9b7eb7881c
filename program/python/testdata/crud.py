# crud: printed by target-server from "crud.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 sqlalchemy==2.1.9 starlette==1.10.0
#     uvicorn==0.54.0 uvloop==0.23.0 websockets==17.4

import os
import random
import time
from contextlib import asynccontextmanager, closing

from anyio.to_thread import current_default_thread_limiter
from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy.pool import QueuePool


class Connection:
    """A database connection that goes nowhere."""

    def rollback(self):
        pass

    def close(self):
        pass


class Session:
    """A session takes a connection from its pool at its first query, and returns it when it is closed."""

    def __init__(self, pool):
        self.pool = pool
        self.connection = None

    def query(self, seconds):
        if self.connection is None:
            self.connection = self.pool.connect()
        time.sleep(seconds)

    def close(self):
        if self.connection is not None:
            self.connection.close()


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield


app = FastAPI(lifespan=lifespan)
db = QueuePool(Connection, pool_size=5, max_overflow=10, timeout=30)


def session():
    with closing(Session(db)) as opened:
        yield opened


def user(session=Depends(session)):
    session.query(0.003)


@app.get("/health")
async def get_health():
    pass


@app.get("/items/{id}", response_model=str)
def get_items_id(id: int, session=Depends(session), user=Depends(user)):
    session.query(random.lognormvariate(-4.8283137373023015, 0.8661228370125063))  # lognormal(p50=8ms, p99=60ms)
    return "x" * 2046


def post_items_task():
    time.sleep(0.2)


@app.post("/items", status_code=201)
def post_items(background_tasks: BackgroundTasks, session=Depends(session), user=Depends(user)):
    session.query(0.012)
    background_tasks.add_task(post_items_task)
    return {"ok": True}
