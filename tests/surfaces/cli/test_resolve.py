"""`tocsin resolve`: refused with the list, waiting for the window, over at last (RES-1, RES-4)."""

from datetime import timedelta

from tests.surfaces.cli.terminal import Terminal
from tests.surfaces.cli.test_check import declared
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock


async def test_refused_then_waiting_then_over(cli: Terminal, db: Database, clock: VirtualClock) -> None:
    await declared(cli, db)
    refused = await cli("resolve", "INC-1", status=1)
    assert "INC-1 is not resolved. checkout/queue: nobody has ticked it" in refused.err
    assert "--override --why TEXT" in refused.err
    await cli("check", "INC-1", "--tick", "queue")
    waits = await cli("resolve", "INC-1", "--resolution", "rolled back", "--root-cause", "an index")
    lines = waits.out.splitlines()
    assert lines[0] == "INC-1 is monitoring: Checkout answers 500"
    assert lines[1].startswith("  It resolves at ")
    assert lines[1].endswith("if it stays healthy.")
    assert "not resolved yet" in (await cli("close", "INC-1", status=1)).err
    clock.advance(timedelta(minutes=31))
    over = await cli("resolve", "INC-1", "--resolution", "rolled back", "--root-cause", "an index")
    assert over.out == "INC-1 is resolved: Checkout answers 500\n"
    shown = (await cli("show", "INC-1", "--json")).json()
    assert (shown["resolution"], shown["root_cause"]) == ("rolled back", "an index")


async def test_an_override_needs_its_reason(cli: Terminal, db: Database) -> None:
    await declared(cli, db)
    assert "--why" in (await cli("resolve", "INC-1", "--override", status=1)).err
    over = await cli("resolve", "INC-1", "--override", "--why", "a test of the alarm")
    assert over.out == "INC-1 is resolved: Checkout answers 500\n"
