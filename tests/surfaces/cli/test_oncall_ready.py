"""`tocsin oncall ready`: a person's own shifts, a schedule's next people, a test page, the probes."""

import pytest

from tests.support.rotas import rotate
from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database
from tocsin.insights.readiness import put_probes
from tocsin.insights.readiness_model import AccessProbe

READY = ("oncall", "ready")


@pytest.fixture(autouse=True)
async def rota(db: Database, tokens: dict[str, str]) -> None:
    assert tokens
    await rotate(db, "alice", "bob", name="payments-primary")


async def test_ones_own_and_anothers_and_a_schedules(cli: Terminal) -> None:
    own = (await cli(*READY)).out.splitlines()
    assert own[0].startswith("@alice for payments-primary from ")
    assert own[0].endswith("  not ready")
    assert own[1] == "  ✗ contact 1, email: Nobody has ever answered by it."
    assert "tocsin contact test 1" in own[2]
    assert (await cli(*READY, "@alice", who="mona")).out.splitlines() == own
    assert "@" in (await cli(*READY, "payments-primary", who="bob")).out
    assert (await cli(*READY, who="carol")).out == "You are on call nowhere within five weeks.\n"
    assert (await cli(*READY, "--json")).json()["readiness"][0]["person"] == "alice"


async def test_a_test_page_and_the_probes(cli: Terminal, db: Database) -> None:
    assert (await cli(*READY, "--test")).out.startswith("A test page is on its way to alice.")
    assert "no access probes" in (await cli(*READY, "payments-primary", "--probe", status=1)).err
    async with db.transaction() as tx:
        await put_probes(tx, "payments", [AccessProbe(name="grafana", url="https://grafana.example.com/")])
    assert (await cli(*READY, "payments-primary", "--probe")).out.startswith("1 access probe is being tried")


async def test_what_is_wrong(cli: Terminal) -> None:
    assert "Name the schedule" in (await cli(*READY, "--probe", status=2)).err
    assert "goes to a person" in (await cli(*READY, "payments-primary", "--test", status=2)).err
    assert "One thing at a time" in (await cli(*READY, "--test", "--probe", status=2)).err
    assert "nothing to do with" in (await cli(*READY, "payments-primary", who="carol", status=1)).err
