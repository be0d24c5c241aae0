"""The drill at the end of the demo: once somebody has signed in, a real alert of a Prometheus pages them."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
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
from tocsin.kernel.addresses import AddressGuard
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.kernel.outbound import SendFailed

STARTS_WITHIN = timedelta(seconds=60)
A_LOOK = 0.3
"""Seconds between two looks."""
A_MOMENT = 6.0
"""Seconds in which whoever has signed in sees that all is calm, before they are called."""


async def drill_whoever_looks(child: subprocess.Popen[bytes], settings_dir: Path, url: str, log: Path) -> None:
    """Prints the way in when the server is there, and raises the alert after somebody has gone it. Returns then, or
    when the server ends; raises Unavailable when it does not start."""
    async with open_http() as http:
        await _until_ready(http, child, url, log)
        if await _until_somebody_looks(child, settings_dir, url, log):
            await asyncio.sleep(A_MOMENT)
            await post_alert(http, url, datetime.now(UTC))
            print("The drill is on: you are being paged.", flush=True)


def profile_home(data_dir: Path) -> Path:
    """Below which the command line finds the demo's own profile; the one of the person at home stays as it is."""
    return data_dir.resolve() / "config"


def open_http() -> GuardedHttp:
    """For what listens on this machine."""
    return GuardedHttp(AddressGuard().with_private())


async def _until_somebody_looks(child: subprocess.Popen[bytes], settings_dir: Path, url: str, log: Path) -> bool:
    """False: the server has ended before."""
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
            f"Command line, in another shell: export XDG_CONFIG_HOME={shlex.quote(str(profile_home(settings_dir)))}",
            f"Its data: {settings_dir}. End it with Ctrl-C.",
            sep="\n  ",
            flush=True,
        )
        before = datetime.now(UTC)
        while not await _has_signed_in(db, you.id, before):
            if child.poll() is not None:
                return False
            await asyncio.sleep(A_LOOK)
    return True


async def _has_signed_in(db: Database, user_id: int, since: datetime) -> bool:
    async with db.connection() as conn:
        return await store.has_signed_in(conn, user_id, since)


async def _until_ready(http: GuardedHttp, child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    ends = asyncio.get_running_loop().time() + STARTS_WITHIN.total_seconds()
    while child.poll() is None and asyncio.get_running_loop().time() < ends:
        if await _answers(http, f"{url}/readyz"):
            return
        await asyncio.sleep(A_LOOK)
    raise Unavailable("The demo's server does not start.", f"See {log}.")


async def _answers(http: GuardedHttp, url: str) -> bool:
    try:
        return (await http.request("GET", url, timeout=HttpTimeout(total=2))).status == 200
    except SendFailed:
        return False


def alert_of(now: datetime) -> bytes:
    """As a Prometheus posts it to an Alertmanager (API v2). Each round is a drill of its own, whether or not the one
    before is still open."""
    return msgspec.json.encode(
        [
            {
                "labels": {
                    "alertname": "DRILL: the shop answers 500",
                    "drill": "true",
                    "round": f"{now:%Y-%m-%d %H:%M:%S}",
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


async def post_alert(http: GuardedHttp, url: str, now: datetime) -> None:
    """To the demo's own intake, with the key of its Prometheus. Raises Unavailable."""
    address, headers = f"{url}/integrations/{KEY}/api/v2/alerts", {"Content-Type": "application/json"}
    try:
        answer = await http.request("POST", address, headers=headers, body=alert_of(now))
    except SendFailed as failed:
        raise Unavailable(f"The drill's alert was not taken: {failed}.", "Start the demo again.") from failed
    if answer.status >= 300:
        raise Unavailable(
            f"The drill's alert was not taken: the demo answers {answer.status}.", "Start the demo again."
        )
