# shop: printed by target-server from "flask.yaml". Run it, saved as app.py, with
#
#     waitress-serve app:app
#
# and these packages:
#
#     flask==2.2.3 sqlalchemy==2.0.7 waitress==2.1.2 werkzeug==2.2.3

import json
import os
import random
import threading
import time
from datetime import datetime

from flask import Flask, Response, abort, request
from sqlalchemy.pool import QueuePool


class Boom(Exception):
    pass


class Connection:
    """A database connection that goes nowhere."""

    def rollback(self):
        pass

    def close(self):
        pass


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


def escape(value):
    """Escape a value for the inside of a JSON string."""
    return json.dumps(str(value), ensure_ascii=False)[1:-1]


app = Flask(__name__)
counter = 0
db = QueuePool(Connection, pool_size=5, max_overflow=10, timeout=30)


@app.get("/items/<int:id>/<float:name>/<class_>/<flag>")
def get_items_id_name_class_flag(id, name, class_, flag):
    global counter
    q = request.args["q"]
    size = request.args.get("size", type=int)
    if size is None:
        abort(400)
    debug = request.args["debug"]
    from_ = request.args.get("from")
    request_ = request.args["request"]
    query(db, random.expovariate(1 / 0.003))
    counter += 1
    say(f"{counter} {id} {class_} {q} {from_} {request_}")
    return Response(
        f'{{"id":{id},"q":"{escape(q)}","debug":"{escape(debug)}"}}',
        status=201,
        headers={"x-a": "1"},
        content_type="application/json",
    )


@app.get("/text")
def get_text():
    if random.random() < 0.1:
        abort(503)
    raise Boom
    return Response("hello", mimetype="text/plain")


@app.get("/xml")
def get_xml():
    return Response("<a/>", content_type="application/xml")


@app.delete("/text")
def delete_text():
    return Response(status=204)


@app.route("/text", methods=["HEAD"])
def head_text():
    return Response("null", content_type="application/json")


@app.route("/text", methods=["OPTIONS"])
def options_text():
    return Response("null", content_type="application/json")


@app.get("/sized")
def get_sized():
    return Response('"' + "x" * 1022 + '"', content_type="application/json")


@app.get("/a$b*(c)+<x>.<y>")
def get_a_b_c_x_y(x, y):
    return Response(f'"{escape(x)} {escape(y)}"', content_type="application/json")
