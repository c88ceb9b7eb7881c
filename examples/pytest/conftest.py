from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from target_server import TargetServer


@pytest.fixture(scope="session")
def running_server() -> Iterator[TargetServer]:
    """One server for all tests: two threads, and one place in the queue. Requests take no time unless a test holds them."""
    with TargetServer("--limit=2", "--queue=1", "--sleep=0s") as server:
        yield server


@pytest.fixture
def server(running_server: TargetServer) -> TargetServer:
    """The same server, reset to its initial state."""
    running_server.reset()
    return running_server


@pytest.fixture
def background(server: TargetServer) -> Iterator[ThreadPoolExecutor]:
    """Threads for clients that wait. When a test ends or fails, they get their answers before the threads are joined."""
    with ThreadPoolExecutor(max_workers=10) as pool:
        yield pool
        server.release()
