"""Runs the helpers of a printed program next to a thread that counts. Reads the program from stdin, writes JSON to stdout."""

import json
import os
import signal
import sys
import threading
import time
import types

module = types.ModuleType("app")
exec(compile(sys.stdin.read(), "app", "exec", dont_inherit=True), module.__dict__)
count = 0


def counting():
    global count
    while True:
        count += 1
        time.sleep(0.001)


def measure(work):
    """Do some work, and tell how often the other thread ran meanwhile, and how long it took."""
    before, start = count, time.monotonic()
    work()
    return {"count": count - before, "seconds": time.monotonic() - start}


def interrupted():
    child = os.fork()
    if child == 0:
        time.sleep(0.1)
        os.kill(os.getppid(), signal.SIGUSR1)
        os._exit(0)
    module.keep_lock(0.4)
    os.waitpid(child, 0)


signal.signal(signal.SIGUSR1, lambda *_: None)
threading.Thread(target=counting, daemon=True).start()
time.sleep(0.05)
result = {
    "slept": measure(lambda: time.sleep(0.4)),
    "kept": measure(lambda: module.keep_lock(0.4)),
    "computed": measure(lambda: module.compute(0.4)),
    "interrupted": measure(interrupted),
}
json.dump(result, sys.stdout)
