# files: printed by target-server from "files.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 python-multipart==0.0.34
#     starlette==1.10.0 uvicorn==0.54.0 uvloop==0.23.0 websockets==17.4

import os
import tempfile
import time
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, File, Form, UploadFile
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles


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


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield
    files.cleanup()


app = FastAPI(lifespan=lifespan)
files = tempfile.TemporaryDirectory()
get_report_file = make_file("get_report", 5242880)


@app.get("/health")
async def get_health():
    pass


@app.get("/report")
async def get_report():
    return FileResponse(get_report_file, media_type="application/pdf")


@app.post("/upload", status_code=201)
def post_upload(title: str = Form(), document: UploadFile = File()):
    time.sleep(0.05)
    return {"ok": True}


@app.get("/slow")
def get_slow():
    time.sleep(2)


app.mount(
    "/static",
    StaticFiles(directory=make_folder("static_1", {"app.js": 12288, "app.css": 4096, "img/logo.png": 327680})),
)
