"""Tests of the fixture itself. Do not copy this file."""

import os
import signal
import subprocess
import sys
import time

from hello import Hello
from target_server import TargetServer


def test_a_port_of_its_own():
    with TargetServer() as one, TargetServer() as other:
        assert one.url != other.url


def test_two_workers_are_one_to_a_test():
    with TargetServer("--workers=2", "--sleep=0s") as server, Hello(server.url) as client:
        assert len(server.pids) == 2
        assert [client.greet(number) for number in range(5)] == ["hello"] * 5
        assert server.stats()["answered"] == 5


def test_wrong_flags_are_told():
    try:
        TargetServer("--limit=none")
    except RuntimeError as e:
        assert "ended with 2" in str(e) and "--limit" in str(e)
    else:
        raise AssertionError("it has started")


def test_nothing_stays_when_the_tests_are_killed():
    code = 'import target_server, time; print(*(s := target_server.TargetServer("--workers=2")).pids, s._process.pid, flush=True); time.sleep(60)'
    tests = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=os.path.dirname(__file__))
    pids = [int(pid) for pid in tests.stdout.readline().split()]
    assert len(pids) == 3 and all(map(runs, pids))
    tests.send_signal(signal.SIGKILL)
    tests.communicate()
    until = time.monotonic() + 10
    while left := [pid for pid in pids if runs(pid)]:
        assert time.monotonic() < until, f"processes {left} are still running"
        time.sleep(0.1)


def runs(pid: int) -> bool:
    """Reports whether a process is running; a zombie is not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return state.strip() != "" and not state.startswith("Z")
