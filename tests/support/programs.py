"""Start a real program on loopback, wait until it answers, and stop it by its own process id."""

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from tests.support.patience import PATIENCE

T = TypeVar("T")


UNASKED = range(12_000, 32_768)
"""Below the ports that Linux gives out by itself, to whoever connects or listens at 0, and above those of services."""


def free_port() -> int:
    """A port of loopback at which nobody listens, and which nobody else gets by chance before it is used."""
    while True:
        port = secrets.choice(UNASKED)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def http(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """One request without redirects. Raises OSError or HTTPException when nobody answers."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def answers(url: str) -> bool:
    try:
        return http("GET", url)[0] < 400
    except (OSError, HTTPException):
        return False


def eventually(what: str, look: Callable[[], T], *, within: float = PATIENCE) -> T:
    """The first true value of `look`, asked again and again; fails with `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"did not happen within {within:.0f} s: {what}"
        time.sleep(0.05)


@contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    ready_url: str | None = None,
    environment: Mapping[str, str] | None = None,
    within: float = PATIENCE,
) -> Iterator[subprocess.Popen[bytes]]:
    """`command` as a process group of its own, ready when `ready_url` answers; its output is in `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=log.parent,
        )
    try:
        if ready_url is not None:
            eventually(
                f"{command[0]} answers at {ready_url}",
                lambda: process.poll() is not None or answers(ready_url),
                within=within,
            )
        assert process.poll() is None, f"{command[0]} ended with {process.returncode}:\n{log.read_text()[-4000:]}"
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes], *, patience: float = 20.0) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError(f"{process.args!r} did not end within {patience:.0f} s of SIGTERM") from None
