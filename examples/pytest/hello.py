"""The code under test: a client that retries. Yours goes here."""

import time
from collections.abc import Callable

import httpx


class Hello:
    """Requests a service's greeting, and retries if the service is full (503)."""

    def __init__(self, url: str, *, timeout: float | httpx.Timeout = 30, tries: int = 3,
                 connections: int = 10, pause: Callable[[float], None] = time.sleep):
        self._tries = tries
        self._pause = pause
        self._http = httpx.Client(base_url=url, timeout=timeout, limits=httpx.Limits(max_connections=connections))

    def greet(self, number: int) -> str:
        for attempt in range(1, self._tries + 1):
            answer = self._http.get("/", params={"id": number})
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or attempt == self._tries:
                break
            self._pause(0.1 * 2**attempt)
        return answer.raise_for_status().json()

    def __enter__(self) -> "Hello":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
