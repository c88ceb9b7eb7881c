"""A target-server that runs for the duration of a with block. Copy this file and conftest.py; it needs only the standard library."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path


class TargetServer:
    """Runs target-server with these flags, on free ports of its own.

    The binary is $TARGET_SERVER_BINARY, or target-server in the PATH.
    """

    def __init__(self, *flags: str):
        binary = os.environ.get("TARGET_SERVER_BINARY") or shutil.which("target-server")
        if not binary:
            raise RuntimeError("target-server not found: put it into the PATH, or set TARGET_SERVER_BINARY to its path")
        self._folder = tempfile.TemporaryDirectory(prefix="target-server-", ignore_cleanup_errors=True)
        self.log = Path(self._folder.name, "log")
        ready = Path(self._folder.name, "ready.json")
        places = ["--addr=127.0.0.1:0", "--admin-addr=127.0.0.1:0", f"--ready-file={ready}", "--exit-with-parent"]
        with self.log.open("wb") as log:
            # The server runs while its standard input is open. It ends when we close it, or when the kernel
            # does because we were killed.
            self._process = subprocess.Popen([binary, *places, *flags], stdin=subprocess.PIPE, stdout=log, stderr=log)
        try:
            said = self._wait_for(ready)
        except BaseException:
            self.close()
            raise
        self.url = "http://" + said["addresses"][0]
        self.admin_url = said["admin_url"]
        self.pids = said["pids"]

    def _wait_for(self, ready: Path, seconds: float = 10) -> dict:
        until = time.monotonic() + seconds
        while not ready.exists():  # the file appears only when it is complete
            if self._process.poll() is not None:
                raise RuntimeError(f"target-server ended with {self._process.returncode}:\n{self.log.read_text()}")
            if time.monotonic() > until:
                raise RuntimeError(f"target-server is not ready after {seconds} s:\n{self.log.read_text()}")
            time.sleep(0.005)
        return json.loads(ready.read_text())

    def ask(self, method: str, path: str) -> list[dict]:
        """Calls the admin address; its /openapi.yaml describes all operations."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.admin_url + path, method=method), timeout=70) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            raise RuntimeError(f"{method} {path}: {e.code} {e.read().decode().strip()}") from None

    def stats(self) -> dict:
        """The sums of all workers."""
        workers = self.ask("GET", "/stats")
        return {name: sum(worker[name] for worker in workers) for name in ("busy", "waiting", "zombies", "answered", "refused", "left")}

    def requests(self) -> list[dict]:
        """The requests since the last reset, in the order of their arrival."""
        return self.ask("GET", "/requests")

    def wait(self, condition: str) -> None:
        """Returns as soon as the condition holds: wait("busy=2&waiting=1")."""
        self.ask("GET", f"/wait?{condition}")

    def hold(self) -> None:
        """From now on handlers do not end."""
        self.ask("POST", "/hold")

    def release(self) -> None:
        """All held handlers end, and later ones end after their sleep."""
        self.ask("POST", "/release")

    def release_one(self) -> None:
        """In each worker, the handler held longest ends."""
        self.ask("POST", "/release?n=1")

    def reset(self) -> None:
        """No request running or queued, all counts 0, the initial limit."""
        self.ask("POST", "/reset")  # releases everything
        self.wait("busy=0&waiting=0")
        self.ask("POST", "/reset")  # and clears the counts of that

    def close(self) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise RuntimeError("target-server did not end with its standard input") from None
        finally:
            self._folder.cleanup()

    def __enter__(self) -> "TargetServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
