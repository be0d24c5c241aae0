"""The drill at the end of the demo: once somebody has signed in, a real alert of a Prometheus pages them."""

from __future__ import annotations

import asyncio
import subprocess
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from tocsin.accounts import sign_in
from tocsin.accounts.model import Purpose
from tocsin.accounts.service import get_user_by_name
from tocsin.db import embedded
from tocsin.db.database import Database
from tocsin.demo import store
from tocsin.demo.organisation import DRILL, KEY, YOU
from tocsin.kernel.errors import Unavailable

STARTS_WITHIN = timedelta(seconds=60)
A_LOOK = 0.3
"""Seconds between two looks."""
A_MOMENT = 6.0
"""Seconds in which whoever has signed in sees that all is calm, before they are called."""


async def drill_whoever_looks(child: subprocess.Popen[bytes], settings_dir: Path, url: str, log: Path) -> None:
    """Prints the way in when the server is there, and raises the alert after somebody has gone it. Returns then, or
    when the server ends; raises Unavailable when it does not start."""
    await _until_ready(child, url, log)
    dsn = embedded.find_running(settings_dir)
    if dsn is None:
        raise Unavailable("The demo's database is not running.", f"See {log}.")
    async with Database(dsn, size=2) as db:
        async with db.transaction() as tx:
            you = await get_user_by_name(tx.conn, YOU)
            link = await sign_in.issue_one_time_link(tx, you.id, Purpose.INVITATION)
        print(
            f"The demo is ready at {url}",
            f"Sign in as {YOU} (the link works once): {url}/sign-in/{link}",
            "Stay on the page: soon after you have signed in, a drill pages you there.",
            f"Its data: {settings_dir}. End it with Ctrl-C.",
            sep="\n  ",
            flush=True,
        )
        before = datetime.now(UTC)
        while not await _has_signed_in(db, you.id, before):
            if child.poll() is not None:
                return
            await asyncio.sleep(A_LOOK)
    await asyncio.sleep(A_MOMENT)
    await asyncio.to_thread(post_alert, url, datetime.now(UTC))
    print("The drill is on: you are being paged.", flush=True)


async def _has_signed_in(db: Database, user_id: int, since: datetime) -> bool:
    async with db.connection() as conn:
        return await store.has_signed_in(conn, user_id, since)


async def _until_ready(child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    ends = asyncio.get_running_loop().time() + STARTS_WITHIN.total_seconds()
    while child.poll() is None and asyncio.get_running_loop().time() < ends:
        if await asyncio.to_thread(_answers, f"{url}/readyz"):
            return
        await asyncio.sleep(A_LOOK)
    raise Unavailable("The demo's server does not start.", f"See {log}.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  an address of this machine, of our making
            return answer.status == 200
    except OSError:
        return False


def alert_of(now: datetime) -> bytes:
    """As a Prometheus posts it to an Alertmanager (API v2)."""
    return msgspec.json.encode(
        [
            {
                "labels": {
                    "alertname": "DRILL: the shop answers 500",
                    "drill": "true",
                    "service": DRILL,
                    "severity": "critical",
                },
                "annotations": {
                    "summary": "DRILL: the shop answers 500",
                    "description": "Nothing is broken: you see what being paged is like. Acknowledge it, look around"
                    " in its room, and resolve it.",
                },
                "startsAt": now.isoformat(),
            }
        ]
    )


def post_alert(url: str, now: datetime) -> None:
    """To the demo's own intake, with the key of its Prometheus. Raises Unavailable."""
    request = urllib.request.Request(  # noqa: S310  an address of this machine, of our making
        f"{url}/integrations/{KEY}/api/v2/alerts",
        data=alert_of(now),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310
            return
    except urllib.error.URLError as error:
        raise Unavailable(f"The drill's alert was not taken: {error.reason}.", "Start the demo again.") from error
