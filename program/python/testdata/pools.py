# pools: printed by target-server from "pools.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 sqlalchemy==2.1.9 starlette==1.10.0
#     uvicorn==0.54.0 uvloop==0.23.0 websockets==17.4

import asyncio
import os
import time
from contextlib import asynccontextmanager, closing

from anyio.to_thread import current_default_thread_limiter
from fastapi import BackgroundTasks, Depends, FastAPI
from sqlalchemy.pool import AsyncAdaptedQueuePool, QueuePool
from sqlalchemy.util import greenlet_spawn


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


def query(pool, seconds):
    """Hold a connection from the pool for that long."""
    connection = pool.connect()
    try:
        time.sleep(seconds)
    finally:
        connection.close()


async def query_async(pool, seconds):
    """Hold a connection from the asynchronous pool for that long."""
    connection = await greenlet_spawn(pool.connect)
    try:
        await asyncio.sleep(seconds)
    finally:
        connection.close()


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield


app = FastAPI(lifespan=lifespan)
db = QueuePool(Connection, pool_size=2, max_overflow=1, timeout=3)
other = QueuePool(Connection, pool_size=5, max_overflow=10, timeout=30)
async_db = AsyncAdaptedQueuePool(Connection, pool_size=1, max_overflow=0, timeout=0.5)


def session():
    with closing(Session(db)) as opened:
        yield opened


def user(session=Depends(session)):
    session.query(0.003)


def audit(session=Depends(session)):
    time.sleep(0.001)
    try:
        yield
    finally:
        session.query(0.005)


async def guard():
    await query_async(async_db, 0.002)
    try:
        yield
    finally:
        await asyncio.sleep(0.001)


def plain():
    yield


@app.get("/direct")
def get_direct():
    query(db, 0.005)


@app.get("/transitive")
def get_transitive(user=Depends(user), session=Depends(session)):
    session.query(0.005)
    query(other, 0.001)


@app.get("/first")
def get_first(session=Depends(session), user=Depends(user), audit=Depends(audit), plain=Depends(plain)):
    session.query(0.005)


@app.get("/async")
async def get_async(guard=Depends(guard), user=Depends(user)):
    await query_async(async_db, 0.02)


def get_background_task_1(session):
    session.query(0.005)


async def get_background_task_2():
    await query_async(async_db, 0.005)


def get_background_task_3(session):
    for _ in range(2):
        session.query(0.005)


@app.get("/background")
async def get_background(background_tasks: BackgroundTasks, user=Depends(user), session=Depends(session)):
    background_tasks.add_task(get_background_task_1, session)
    background_tasks.add_task(get_background_task_2)
    background_tasks.add_task(get_background_task_3, session)
