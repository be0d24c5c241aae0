"""`tocsin heartbeat`: which there are, and how they stand."""

from tests.surfaces.cli.terminal import Terminal
from tocsin.alerts.heartbeat_store import ensure_heartbeat, update_heartbeat
from tocsin.alerts.heartbeats import Kind, Ping, Standing, after_ping
from tocsin.alerts.rulebook import NewIntegration, get_integration, hash_key, replace_integrations
from tocsin.db.database import Database


async def test_there_is_none_yet(cli: Terminal) -> None:
    assert "tocsin apply" in (await cli("heartbeat")).out


async def test_they_are_listed(cli: Terminal, db: Database) -> None:
    options = {"every": "1d", "grace": "30m"}
    backup = NewIntegration(name="backup", type="heartbeat", key_hash=hash_key("backup"), options=options)
    async with db.transaction() as tx:
        await replace_integrations(tx, [backup])
    lines = (await cli("heartbeat")).out.splitlines()
    assert lines[0].split() == ["name", "state", "every", "last", "heard", "alert", "at"]
    assert lines[1].split() == ["backup", "waiting", "1d", "never", "–"]
    (told,) = (await cli("heartbeat", "list", "--json", who="vera")).json()["heartbeats"]
    assert (told["name"], told["state"], told["severity"]) == ("backup", "waiting", "critical")


async def test_one_whose_run_failed_fires_now(cli: Terminal, db: Database) -> None:
    backup = NewIntegration(name="backup", type="heartbeat", key_hash=hash_key("backup"), options={"every": "1d"})
    async with db.transaction() as tx:
        await replace_integrations(tx, [backup])
        known = await get_integration(tx.conn, "backup")
        await ensure_heartbeat(tx.conn, known.id)
        standing = after_ping(Standing(), Ping(kind=Kind.FAIL), tx.now)
        await update_heartbeat(tx.conn, known.id, standing)
    (_, line) = (await cli("heartbeat")).out.splitlines()
    assert line.split()[:3] == ["backup", "failed", "1d"]
    assert line.endswith("fires now")


async def test_one_is_paused_with_a_reason_and_an_end(cli: Terminal, db: Database) -> None:
    backup = NewIntegration(name="backup", type="heartbeat", key_hash=hash_key("backup"), options={"every": "1d"})
    async with db.transaction() as tx:
        await replace_integrations(tx, [backup])
    pause = ("heartbeat", "pause", "backup", "--for", "2h", "--reason", "new disks")
    assert "may not pause heartbeats" in (await cli(*pause, who="vera", status=1)).err
    said = (await cli(*pause)).out
    assert said.startswith("backup is not waited for until ")
    assert "tocsin heartbeat resume backup" in said
    assert "paused until" in (await cli("heartbeat")).out
    assert (await cli("heartbeat", "list", "--json")).json()["heartbeats"][0]["paused_why"] == "new disks"
    assert "may not end the pause" in (await cli("heartbeat", "resume", "backup", who="vera", status=1)).err
    assert (await cli("heartbeat", "resume", "backup")).out == (
        "backup is waited for again: its first ping starts it.\n"
    )
    assert "is not paused" in (await cli("heartbeat", "resume", "backup", status=1)).err
    assert "--for" in (await cli("heartbeat", "pause", "backup", "--reason", "x", status=2)).err
    assert "--reason" in (await cli("heartbeat", "pause", "backup", "--for", "2h", status=2)).err
    assert "There is no heartbeat" in (await cli("heartbeat", "resume", "other", status=1)).err
