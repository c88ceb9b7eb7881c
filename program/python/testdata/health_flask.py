# health: printed by target-server from "health.yaml". Run it, saved as app.py, with
#
#     waitress-serve app:app
#
# and these packages:
#
#     flask==2.2.3 waitress==2.1.2 werkzeug==2.2.3

import time

from flask import Flask, Response

app = Flask(__name__)


@app.get("/healthz")
def get_healthz():
    return Response("null", content_type="application/json")


@app.get("/livez")
def get_livez():
    return Response("null", content_type="application/json")


@app.get("/slow")
def get_slow():
    time.sleep(2)
    return Response("null", content_type="application/json")
