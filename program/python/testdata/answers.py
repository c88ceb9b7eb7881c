# answers: printed by target-server from "answers.yaml". Run it, saved as app.py, with
#
#     uvicorn app:app
#
# and these packages:
#
#     anyio==4.16.0 fastapi==0.165.0 h11==0.16.0 httptools==0.9.0 pydantic==2.14.3 starlette==1.10.0 uvicorn==0.54.0
#     uvloop==0.23.0 websockets==17.4

import json
import os
import threading
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Response


def say(text):
    # The line and its end in one write: threads that print at the same time must not share a line.
    thread = threading.current_thread().name
    print(f"{datetime.now()} - {os.getpid()}-{thread}: {text}\n", end="", flush=True)


def escape(value):
    """Escape a value for the inside of a JSON string."""
    return json.dumps(str(value), ensure_ascii=False)[1:-1]


@asynccontextmanager
async def lifespan(_):
    limit = int(os.environ.get("APP_LIMIT", "0"))
    if limit:
        current_default_thread_limiter().total_tokens = limit
    yield


app = FastAPI(lifespan=lifespan)


@app.get("/null")
def get_null():
    pass


@app.get("/json")
async def get_json():
    return {"a": [1, -2, True, False, None, {}], "b": [], 'é"\n': "it's"}


@app.get("/spaced")
async def get_spaced():
    return Response('{"a": 1.50}', media_type="application/json")


@app.get("/twice")
async def get_twice():
    return Response('{"a":1,"a":2}', media_type="application/json")


@app.get("/text")
async def get_text():
    return Response('it\'s {id}, {other} "é" \\ {}\n\t', media_type="text/plain")


@app.get("/text/{id}")
async def get_text_id(id: str):
    return Response(f'it\'s {id}, {{other}} {{{{"é"}}}} \\ \n\t', media_type="text/plain")


@app.get("/value/{id}")
async def get_value_id(id: int, q: str | None = None):
    return {"id": f"{id}", "q": f"<{q}> {{x}}"}


@app.get("/inserted/{id}")
async def get_inserted_id(id: int, q: str | None = None):
    return Response(f'{{"id":{id}, "q":"<{escape(q)}> {{x}}"}}', media_type="application/json")


@app.get("/problem", status_code=418)
async def get_problem(q: str):
    return Response(f'{{"q":"{escape(q)}"}}', media_type="application/problem+json", status_code=418)


@app.get("/sized")
async def get_sized():
    return "x" * 62


@app.get("/sized-text")
async def get_sized_text():
    return Response('"' + "x" * 62 + '"', media_type="text/plain")


@app.get("/quotes")
async def get_quotes():
    return Response('<a href="/">\u2028\xa0\x7f😀 \x00</a>', media_type="text/html")


@app.get("/empty")
async def get_empty():
    return Response("", media_type="text/plain")


@app.get("/headers")
def get_headers():
    return Response(
        '{"a":1}', media_type="application/json", headers={"cache-control": "no-store", "x-quote": '"it\'s"'}
    )


@app.get("/model", response_model=Any)
def get_model(response: Response):
    response.headers["cache-control"] = "no-store"
    return {"a": 1}


@app.get("/model-text", response_model=str)
def get_model_text():
    return "a"


@app.get("/model-null", response_model=Any, status_code=203)
async def get_model_null():
    pass


@app.get("/model-sized", response_model=str)
async def get_model_sized():
    return "x" * 8


@app.delete("/nothing", status_code=204)
async def delete_nothing():
    return Response(status_code=204)


@app.get("/unchanged", status_code=304)
async def get_unchanged():
    return Response(status_code=304, headers={"etag": '"1"'})


@app.put("/all")
async def put_all():
    pass


@app.patch("/all")
async def patch_all():
    pass


@app.head("/all")
async def head_all():
    pass


@app.options("/all")
async def options_all():
    pass


@app.get("/long")
async def get_long():
    say(
        "a line that is long: Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor "
        "incididunt ut labore et dolore magna"
    )
    return {
        "list": ["Lorem ipsum dolor sit amet", "consectetur adipiscing elit", "sed do eiusmod tempor"],
        "text": (
            "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et "
            "dolore magna aliqua. Ut enim ad minim veniam."
        ),
    }


@app.get("/very/long/path/{with_a_parameter_of_some_length}/{and_another_parameter_of_some_length}")
async def get_very_long_path_with_a_parameter_of_some_length_and_another_parameter_of_some_length(
    with_a_parameter_of_some_length: str, and_another_parameter_of_some_length: str
):
    return Response(
        "null",
        media_type="application/json",
        headers={
            "x-first": "Lorem ipsum dolor sit amet",
            "x-second": "consectetur adipiscing elit",
            "x-third": "sed do eiusmod tempor incididunt",
        },
    )
