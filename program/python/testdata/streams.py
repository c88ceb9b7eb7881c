# streams: printed by target-server from "streams.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 python-multipart==0.0.34
#     sqlalchemy==2.1.9 starlette==1.10.0 uvicorn==0.54.0 uvloop==0.23.0 websockets==17.4

import asyncio
import ctypes
import os
import random
import signal
import tempfile
import threading
import time
from contextlib import asynccontextmanager, closing
from datetime import datetime
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import BackgroundTasks, Depends, FastAPI, File, Form, Path, Response, UploadFile
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.staticfiles import StaticFiles
from sqlalchemy.pool import QueuePool


class OutOfPaper(Exception):
    pass


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


def make_folder(name, sizes):
    """Make a folder of files, by their names and sizes."""
    for file, size in sizes.items():
        make_file(name + "/" + file, size)
    return os.path.join(files.name, name)


def make_file(name, size):
    """Make a file of that size, of letters, with a date that is always the same."""
    path = os.path.join(files.name, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    letters = b"abcdefghijklmnopqrstuvwxyz" * 40_000
    with open(path, "wb") as file:
        for left in range(size, 0, -len(letters)):
            file.write(letters[:left])
    os.utime(path, (1672531200, 1672531200))
    return path


def say(text):
    # The line and its end in one write: threads that print at the same time must not share a line.
    thread = threading.current_thread().name
    print(f"{datetime.now()} - {os.getpid()}-{thread}: {text}\n", end="", flush=True)


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield
    files.cleanup()


app = FastAPI(lifespan=lifespan)
files = tempfile.TemporaryDirectory()
counter = 0
db = QueuePool(Connection, pool_size=2, max_overflow=10, timeout=30)
chunks_pool = QueuePool(Connection, pool_size=1, max_overflow=10, timeout=30)
get_logo_file = make_file("get_logo", 327680)
get_large_file = make_file("get_large", 1000000)


def session():
    with closing(Session(db)) as opened:
        yield opened


async def token(events: str | None = None):
    await asyncio.sleep(0.001)


@app.get("/report")
async def get_report():
    def chunks():
        for _ in range(50):
            time.sleep(0.02)
            yield b"x" * 65536

    return StreamingResponse(chunks(), media_type="application/octet-stream")


def get_counted_chunks_task_1(chunks, session):
    session.query(0.001)
    say(f"{chunks}")


async def get_counted_chunks_task_2():
    pass


@app.get("/counted/{chunks}", status_code=206)
async def get_counted_chunks(
    *,
    chunks_: str = Path(alias="chunks"),
    background_tasks: BackgroundTasks,
    session=Depends(session),
    token=Depends(token),
):
    background_tasks.add_task(get_counted_chunks_task_1, chunks_, session)
    background_tasks.add_task(get_counted_chunks_task_2)

    async def chunks():
        global counter
        counter += 1
        say(f"{counter} {chunks_}")
        if random.random() < 0.5:
            yield b"x" * 1
        raise OutOfPaper

    return StreamingResponse(chunks(), media_type="text/csv", status_code=206, headers={"x-a": "b"})


@app.get("/rows")
async def get_rows(session=Depends(session)):
    def chunks():
        session.query(0.002)
        query(chunks_pool, 0.001)
        yield b"x" * 1000

    return StreamingResponse(chunks(), media_type="application/octet-stream")


@app.get("/feed", response_class=EventSourceResponse)
async def get_feed():
    for _ in range(20):
        await asyncio.sleep(1)
        yield ServerSentEvent(raw_data="x" * 192)


def get_feed_events_task(data):
    say(f"{data}")


async def get_feed_events_headers(response: Response):
    response.headers["x-a"] = "b"
    response.headers["x-b"] = "c"


@app.get(
    "/feed/{events}",
    response_class=EventSourceResponse,
    status_code=201,
    dependencies=[Depends(get_feed_events_headers)],
)
def get_feed_events(
    *,
    events: int,
    data: str | None = None,
    background_tasks: BackgroundTasks,
    session=Depends(session),
    token=Depends(token),
):
    global counter
    background_tasks.add_task(get_feed_events_task, data)
    counter += 1
    say(f"{counter} {events}")
    session.query(0.002)
    yield ServerSentEvent(raw_data="x" * 0)
    yield ServerSentEvent(raw_data="x" * 16777208)


@app.get("/logo")
async def get_logo():
    return FileResponse(get_logo_file, media_type="application/octet-stream")


def get_large_task():
    time.sleep(0.001)


@app.get("/large", status_code=201)
def get_large(background_tasks: BackgroundTasks, token=Depends(token)):
    time.sleep(0.001)
    background_tasks.add_task(get_large_task)
    return FileResponse(get_large_file, media_type="image/png", status_code=201, headers={"cache-control": "no-store"})


@app.post("/upload/{id}")
def post_upload_id(
    id: str,
    q: str | None = None,
    title: str = Form(),
    note: str | None = Form(None),
    picture: UploadFile = File(),
    more: UploadFile | None = File(None),
    class_: str = Form(alias="class"),
    Form: str | None = Form(None),
    time_: UploadFile = File(alias="time"),
    func_: UploadFile | None = File(None, alias="func"),
):
    time.sleep(0.001)
    say(f"{id} {title}")
    return {"ok": True}


@app.put("/only", response_model=Any)
async def put_only(file: UploadFile = File()):
    pass


@app.get("/compute")
def get_compute():
    compute(0.012)
    keep_lock(random.expovariate(1 / 0.001))


@app.get("/blocked")
async def get_blocked():
    compute(random.lognormvariate(-4.8283137373023015, 0.8661228370125063))  # lognormal(p50=8ms, p99=60ms)
    keep_lock(7)


app.mount(
    "/static", StaticFiles(directory=make_folder("static_1", {"app.js": 12288, "img/logo.png": 327680, "empty.txt": 0}))
)
app.mount("/assets/v1", StaticFiles(directory=make_folder("static_2", {"index.html": 1})))
