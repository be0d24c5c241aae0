"""`tocsin alerts export` and `tocsin replay`: a history leaves the server, and is played against drafts without one."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.surfaces.api.test_simulate import PEOPLE
from tests.surfaces.cli.terminal import Terminal
from tocsin.alerts import rule_store, rulebook
from tocsin.alerts import service as alerts
from tocsin.alerts.model import Says, Signal, identity_of
from tocsin.db.database import Database

KEYED = PEOPLE + 'integrations:\n  - {name: prometheus, type: prometheus, key: "0123456789abcdef0123456789abcdef"}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "tocsin.yaml"
    written.write_text(KEYED)
    return written


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    written = tmp_path / "draft.yaml"
    written.write_text(KEYED.replace('{notify: ["user:dora"], wait: 5m}, ', ""))
    return written


async def hear(db: Database, name: str) -> None:
    labels = {"alertname": name, "job": "shop"}
    signal = Signal(identity=identity_of(labels), says=Says.FIRING, labels=labels, title=name, group_hint=name)
    book = rulebook.Rulebook(db)
    await book.refresh()
    async with db.connection() as conn:
        (row,) = await rule_store.list_integrations(conn)
        await alerts.receive(
            alerts.Desk(db, lambda: book.router), conn, alerts.arrivals_of(row.as_integration(), [signal])
        )


async def test_a_history_is_exported_and_played_against_a_draft(
    cli: Terminal, db: Database, file: Path, draft: Path, tmp_path: Path
) -> None:
    await cli("apply", "-f", str(file), who="root")
    for name in ("Slow", "Broken"):
        await hear(db, name)
    lines = (await cli("alerts", "export", "--since", "1h", who="vera")).out
    assert len(lines.splitlines()) == 2
    history = written(tmp_path, lines)
    alone = (await cli("replay", str(history), "-f", str(draft))).out
    assert "incidents             2\n" in alone
    compared = (await cli("replay", str(history), "-f", str(draft), "--before", str(file), "--json")).json()
    assert compared["before"]["people"]["dora"]["pages"] == 2
    assert "dora" not in compared["after"]["people"]
    shown = (await cli("replay", str(history), "-f", str(draft), "--compare", who="root")).out
    assert "dora    2 → 0" in shown


def written(folder: Path, lines: str) -> Path:
    history = folder / "history.jsonl"
    history.write_text(lines)
    return history


async def test_nothing_before_its_time(cli: Terminal, db: Database, file: Path) -> None:
    await cli("apply", "-f", str(file), who="root")
    await hear(db, "Slow")
    until = (db.clock.now() - timedelta(hours=1)).isoformat()
    assert (await cli("alerts", "export", "--since", "2h", "--until", until, who="vera")).out == ""


async def test_who_may_not_read_the_whole_configuration(cli: Terminal, file: Path, tmp_path: Path) -> None:
    history = written(tmp_path, "")
    told = await cli("replay", str(history), "-f", str(file), "--compare", who="mona", status=1)
    assert "may not read the whole configuration" in told.err


async def test_wrong_usage(cli: Terminal, file: Path, tmp_path: Path) -> None:
    assert "cannot be read" in (await cli("replay", "nowhere.jsonl", "-f", str(file), status=2)).err
    history = written(tmp_path, "not a line\n")
    assert "Line 1 of the history" in (await cli("replay", str(history), "-f", str(file), status=1)).err
    both = await cli("replay", str(history), "-f", str(file), "--compare", "--before", str(file), status=2)
    assert "Keep one" in both.err
