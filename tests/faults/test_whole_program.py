"""The whole program while its database is away, full of strangers, or out of room: what was answered 200 is never lost.

A sender here does what Prometheus does: it sends again what was refused, until it is taken.
"""

import json
import os
import resource
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import LiteralString, Self

import psycopg
import pytest

from tests.support import postgres
from tests.support.programs import eventually, http
from tests.support.sinks import SmtpSink
from tests.support.tocsin import Tocsin, tocsin_running
from tocsin.db import embedded

pytestmark = pytest.mark.faults

AWAY_FOR = 30.0
FEW = {"max_connections": "45"}
KEY = "a-key-of-the-fault-tests"
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
CONFIGURATION = f"""
users: [{{name: bob, email: bob@example.com, role: responder}}]
escalation_policies: [{{name: till, steps: [{{notify: ["user:bob"], wait: 30m}}]}}]
services: [{{name: till, escalation_policy: till}}]
integrations: [{{name: load, type: prometheus, key: {KEY}}}]
routes: [{{match: ['job="till"'], service: till, severity: SEV-2, group_by: [cause]}}]
"""


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    """As durable as the product's own, with few places, so that they can all be taken."""
    with postgres.server(FEW) as running:
        yield running


@pytest.fixture
def mailbox() -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
def tocsin(server: postgres.Server, mailbox: SmtpSink, tmp_path: Path) -> Iterator[Tocsin]:
    settings = {"TOCSIN_DATABASE_URL": server.create(), "TOCSIN_SMTP_URL": mailbox.url}
    with tocsin_running(tmp_path, **settings, TOCSIN_ALLOWED_NETWORKS="127.0.0.0/8") as running:
        (tmp_path / "tocsin.yaml").write_text(CONFIGURATION)
        running.run("apply", "-f", "tocsin.yaml")
        yield running


class Sender:
    """Sends one alert after the other, each until it is taken; `refused` counts the answers in between."""

    def __init__(self, tocsin: Tocsin, words: str = "") -> None:
        self.accepted = 0
        self.refused: list[int] = []
        self._url = f"{tocsin.url}/api/v2/alerts"
        self._words = words
        self._stop, self._give_up = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._send)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends with the alert at hand: one that was refused is still sent until it is taken, for a while."""
        self._stop.set()
        self._thread.join(60)
        self._give_up.set()
        assert not self._thread.is_alive(), "its last alert was never taken"

    def _send(self) -> None:
        while not self._stop.wait(0.02):
            labels = {"alertname": "Load", "job": "till", "cause": "load", "n": str(self.accepted)}
            body = json.dumps([{"labels": labels, "annotations": {"words": self._words}}]).encode()
            while (status := self._try(body)) != 200:
                self.refused.append(status)
                if self._give_up.wait(0.1):
                    return
            self.accepted += 1

    def _try(self, body: bytes) -> int:
        try:
            return http("POST", self._url, body, HEADERS)[0]
        except (OSError, HTTPException):
            return 0


def count(tocsin: Tocsin, what: LiteralString) -> int:
    with psycopg.connect(tocsin.environment["TOCSIN_DATABASE_URL"]) as conn:
        row = conn.execute(f"select count(*) from {what}").fetchone()
    return row[0] if row else 0


def count_stored(tocsin: Tocsin) -> int:
    return count(tocsin, "alert where labels ->> 'alertname' = 'Load'")


def take_the_page(tocsin: Tocsin, mailbox: SmtpSink) -> None:
    """Bob's, of the load. It is written down that it was sent: else a fault would rightly have it sent again."""
    mailbox.inbox.take(lambda mail: "Load" in mail.subject)
    eventually("its delivery has ended", lambda: count(tocsin, "job where key like 'delivery:%'") == 0)


def probe(tocsin: Tocsin, path: str) -> int:
    return http("GET", f"{tocsin.url}{path}")[0]


def page_about(tocsin: Tocsin, mailbox: SmtpSink, cause: str) -> None:
    """An alert of another cause reaches bob."""
    labels = {"alertname": "After", "job": "till", "cause": cause}
    body = json.dumps([{"labels": labels, "annotations": {"summary": f"after {cause}"}}]).encode()
    assert http("POST", f"{tocsin.url}/api/v2/alerts", body, HEADERS)[0] == 200
    mailbox.inbox.take(lambda mail: f"after {cause}" in mail.subject)


def test_the_server_is_away_for_half_a_minute(tocsin: Tocsin, server: postgres.Server, mailbox: SmtpSink) -> None:
    with Sender(tocsin) as sender:
        eventually("alerts are taken", lambda: sender.accepted > 20)
        take_the_page(tocsin, mailbox)
        server.embedded.stop()
        eventually("it says that it cannot work", lambda: probe(tocsin, "/readyz") == 503)
        taken = sender.accepted
        time.sleep(AWAY_FOR)
        assert probe(tocsin, "/healthz") == 200
        assert sender.accepted <= taken + 1
        assert set(sender.refused) == {503}
        server.embedded = embedded.start(server.embedded.folder, settings=FEW)
        eventually("alerts are taken again", lambda: sender.accepted > taken + 20)
    assert count_stored(tocsin) == sender.accepted
    page_about(tocsin, mailbox, "the absence")


def test_strangers_take_every_connection(tocsin: Tocsin, server: postgres.Server, mailbox: SmtpSink) -> None:
    """What is connected goes on; what has to connect anew waits for its turn."""
    strangers: list[psycopg.Connection] = []
    with Sender(tocsin) as sender:
        eventually("alerts are taken", lambda: sender.accepted > 20)
        take_the_page(tocsin, mailbox)
        server.execute(END_ALL)
        strangers += take_all(server)
        time.sleep(5)  # as long as it takes for everybody to have asked in vain
        assert set(sender.refused) <= {503}
        for each in strangers:
            each.close()
        taken = sender.accepted
        eventually("alerts are taken again", lambda: sender.accepted > taken + 20)
    assert count_stored(tocsin) == sender.accepted
    page_about(tocsin, mailbox, "the strangers")


END_ALL = """
    select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null
"""


def take_all(server: postgres.Server) -> Iterator[psycopg.Connection]:
    while True:
        try:
            yield psycopg.connect(server.conninfo(), autocommit=True)
        except psycopg.OperationalError:
            return


def test_the_database_runs_out_of_room(tocsin: Tocsin, server: postgres.Server, mailbox: SmtpSink) -> None:
    """A limit on the size of its files stands for the full disk: what would grow a table past it fails."""
    with Sender(tocsin, words=os.urandom(50_000).hex()) as sender:
        eventually("alerts are taken", lambda: sender.accepted > 20)
        take_the_page(tocsin, mailbox)
        with files_limited_to(17 << 20):
            restart(server)
        refused = len(sender.refused)
        eventually("there is no room", lambda: len(sender.refused) > refused + 5, within=60)
        assert probe(tocsin, "/healthz") == 200
        restart(server)
        taken = sender.accepted
        eventually("alerts are taken again", lambda: sender.accepted > taken + 20)
    assert set(sender.refused) == {503}
    assert count_stored(tocsin) == sender.accepted
    page_about(tocsin, mailbox, "the full disk")


def restart(server: postgres.Server) -> None:
    server.embedded.stop()
    server.embedded = embedded.start(server.embedded.folder, settings=FEW)


@contextmanager
def files_limited_to(size: int) -> Generator[None]:
    """For the processes that are started meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
