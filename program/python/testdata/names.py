# names: printed by target-server from "names.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 sqlalchemy==2.1.9 starlette==1.10.0
#     uvicorn==0.54.0 uvloop==0.23.0 websockets==17.4

import os
import threading
import time
from contextlib import asynccontextmanager, closing
from datetime import datetime

from anyio.to_thread import current_default_thread_limiter
from fastapi import BackgroundTasks, Depends, FastAPI, Path, Query, Response
from sqlalchemy.pool import QueuePool


class app_(Exception):
    pass


class Query_(Exception):
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


app = FastAPI(lifespan=lifespan)
counter = 0
db_pool = QueuePool(Connection, pool_size=5, max_overflow=10, timeout=30)
time_pool = QueuePool(Connection, pool_size=1, max_overflow=0, timeout=1.5)


def db():
    with closing(Session(db_pool)) as opened:
        yield opened


def get_db_dependency(db=Depends(db)):
    db.query(0.001)


def query_dependency(time: str, token: int | None = None):
    query(time_pool, 0.001)


def session(db=Depends(db)):
    with closing(Session(time_pool)) as opened:
        yield opened


async def import_dependency(class_: str = Query(alias="class")):
    pass


def func_dependency(func_: int = Query(alias="func")):
    pass


def user(user: str, session=Depends(session)):
    global counter
    session.query(0.001)
    counter += 1
    say(f"{user} {counter}")
    yield


@app.get("/")
def index(counter: int):
    say(f"{counter}")


@app.get("/db")
def get_db(db=Depends(db)):
    pass


@app.get("/a-b")
def get_a_b():
    pass


@app.get("/a/b/")
def get_a_b_2():
    pass


def get_class_class_time_x_task_1(class_, time, user, session):
    say(f"{time} {class_} {user}")
    session.query(0.001)


async def get_class_class_time_x_task_2(say_):
    global counter
    counter += 1
    say(f"{counter} {say_}")


@app.get("/class/{class}/{time}/{_x}")
def get_class_class_time_x(
    *,
    class_: str = Path(alias="class"),
    time_: str = Path(alias="time"),
    _x: str,
    from_: float | None = Query(None, alias="from"),
    say_: bool = Query(alias="say"),
    user: str | None = None,
    last: int,
    copy: str,
    json: str,
    schema: str,
    self: str,
    request: str,
    fields: str,
    func_: str = Query(alias="func"),
    background_tasks: BackgroundTasks,
    user_dependency=Depends(user),
    import_dependency=Depends(import_dependency),
    func_dependency=Depends(func_dependency),
    session=Depends(session),
):
    global counter
    time.sleep(0.001)
    counter += 1
    say(f"{class_} {time_} {from_} {say_} {user} {_x} {counter} {self} {request}")
    session.query(0.001)
    background_tasks.add_task(get_class_class_time_x_task_1, class_, time_, user, session)
    background_tasks.add_task(get_class_class_time_x_task_2, say_)
    return {"class": class_}


def get_response_task():
    time.sleep(0.001)


@app.get("/response", response_model=str)
def get_response(
    response: str,
    background_tasks: str,
    db: int,
    background_tasks_: BackgroundTasks,
    response_: Response,
    query_dependency=Depends(query_dependency),
    get_db_dependency=Depends(get_db_dependency),
    db_dependency=Depends(db),
):
    raise ValueError
    raise app_
    raise Query_
    db_dependency.query(0.001)
    background_tasks_.add_task(get_response_task)
    response_.headers["x-a"] = "1"
    return f"{response} {background_tasks}"
