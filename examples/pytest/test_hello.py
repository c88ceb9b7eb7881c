"""What the client does when the service is full. No test sleeps: the server holds requests until it is told to continue."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from hello import Hello
from target_server import TargetServer


def test_an_answer(server: TargetServer):
    with Hello(server.url) as client:
        assert client.greet(1) == "hello"
    assert server.stats()["answered"] == 1


def fill(server: TargetServer, background: ThreadPoolExecutor) -> list:
    """Takes both threads and the place in the queue."""
    server.hold()
    client = Hello(server.url)
    clients = [background.submit(client.greet, number) for number in (1, 2)]
    server.wait("busy=2")
    clients.append(background.submit(client.greet, 3))
    server.wait("waiting=1")
    return clients


def test_gives_up_when_nobody_answers(server: TargetServer, background: ThreadPoolExecutor):
    server.hold()
    with Hello(server.url) as others, Hello(server.url, timeout=0.2) as client:
        busy = [background.submit(others.greet, number) for number in (1, 2)]
        server.wait("busy=2")
        with pytest.raises(httpx.ReadTimeout):  # it was accepted and queued
            client.greet(3)
        server.wait("zombies=1")  # the server knows that the client has left,
        server.release()
        assert [b.result() for b in busy] == ["hello", "hello"]
        server.wait("busy=0&waiting=0")
    # and ran the request anyway, like the real one.
    assert server.requests()[-1]["id"] == "3"
    assert server.requests()[-1]["outcome"] == "client left"
    assert server.requests()[-1]["thread_number"] > 0


def test_says_so_when_the_line_is_full(server: TargetServer, background: ThreadPoolExecutor):
    fill(server, background)
    with Hello(server.url, timeout=5, tries=1) as client, pytest.raises(httpx.HTTPStatusError, match="503"):
        client.greet(4)
    assert server.stats()["refused"] == 1


def test_tries_again_when_there_is_room(server: TargetServer, background: ThreadPoolExecutor):
    fill(server, background)
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:  # a slot becomes free during the client's pause
            server.release()
            server.wait("busy=0&waiting=0")

    with Hello(server.url, timeout=5, tries=5, pause=pause) as client:
        assert client.greet(4) == "hello"
    assert pauses == [0.2, 0.4]
    assert [r["status"] for r in server.requests() if r["id"] == "4"] == [503, 503, 200]


def test_gives_up_when_its_own_pool_is_full(server: TargetServer, background: ThreadPoolExecutor):
    server.hold()
    with Hello(server.url, connections=1, timeout=httpx.Timeout(30, pool=0.1)) as client:
        first = background.submit(client.greet, 1)
        server.wait("busy=1")
        with pytest.raises(httpx.PoolTimeout):
            client.greet(2)
        assert len(server.requests()) == 1  # the server had a free thread, but never received the request
        server.release()
        assert first.result() == "hello"


def test_the_last_in_line_is_served_first():
    with TargetServer("--limit=1", "--sleep=0s") as server, Hello(server.url) as client, ThreadPoolExecutor() as background:
        server.hold()
        clients = []
        for number in range(4):
            clients.append(background.submit(client.greet, number))
            server.wait(f"busy=1&waiting={number}")
        server.release()
        assert [c.result() for c in clients] == ["hello"] * 4
        served = sorted(server.requests(), key=lambda r: r["start"])
        assert [r["id"] for r in served] == ["0", "3", "2", "1"]
