"""`tocsin explain` of an alert and of a person at an instant; an incident's story is in the incident verbs."""

from pathlib import Path

import pytest

from tests.surfaces.cli.terminal import Terminal
from tests.surfaces.cli.test_replay import KEYED, hear
from tocsin.alerts.model import fingerprint_of
from tocsin.db.database import Database


@pytest.fixture
async def applied(cli: Terminal, tmp_path: Path) -> Terminal:
    file = tmp_path / "tocsin.yaml"
    file.write_text("organisation: {name: Shop, time_zone: Europe/Berlin}\n" + KEYED)
    await cli("apply", "-f", str(file), who="root")
    return cli


async def test_an_alert_by_its_number_and_by_its_fingerprint(applied: Terminal, db: Database) -> None:
    await hear(db, "Slow")
    fingerprint = fingerprint_of({"alertname": "Slow", "job": "shop"})
    by_number = (await applied("explain", "--alert", "1")).out
    assert by_number.startswith("1  Slow\n")
    assert "sends it to shop" in by_number
    assert (await applied("explain", "--alert", fingerprint)).out == by_number
    assert "No recent alert" in (await applied("explain", "--alert", "0123456789abcdef", status=1)).err


async def test_a_person_at_an_instant(applied: Terminal) -> None:
    told = (await applied("explain", "--person", "emil", "--at", "2026-12-24T03:00")).out
    assert told.startswith("emil  Thursday 2026-12-24 03:00 CET\n")
    assert "after 5 min" in told
    assert "nights (for shop), step 2 of 2, user:emil: named by the policy" in told
    assert "high urgency  webhook at once" in told
    told = (await applied("explain", "--person", "emil", "--json")).json()
    assert [rung["after"] for rung in told["rungs"]] == [300]
    assert "nobody named 'mallory'" in (await applied("explain", "--person", "mallory", status=1)).err


async def test_what_called_a_person_around_that_time(applied: Terminal) -> None:
    await applied("declare", "Shop is down", "--service", "shop", "--severity", "SEV-2")
    told = (await applied("explain", "--person", "dora")).out
    assert "INC-1 dora is paged, step 1 of 2: named by the policy" in told.replace("\n          ", " ")


async def test_wrong_usage(cli: Terminal) -> None:
    assert "One thing is explained" in (await cli("explain", status=2)).err
    assert "One thing is explained" in (await cli("explain", "INC-1", "--alert", "1", status=2)).err
    assert "--at goes with --person" in (await cli("explain", "INC-1", "--at", "now", status=2)).err
