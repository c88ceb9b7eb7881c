# reports: printed by target-server from "reports.yaml". Run it, saved as app.py, with
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
from fastapi import BackgroundTasks, FastAPI


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield


app = FastAPI(lifespan=lifespan)


def post_reports_task_1():
    time.sleep(3)


async def post_reports_task_2():
    await asyncio.sleep(0.01)


@app.post("/reports", status_code=202)
async def post_reports(background_tasks: BackgroundTasks):
    await asyncio.sleep(0.005)
    background_tasks.add_task(post_reports_task_1)
    background_tasks.add_task(post_reports_task_2)
    return {"queued": True}


@app.get("/reports/{id}")
def get_reports_id(id: int):
    time.sleep(0.02)
