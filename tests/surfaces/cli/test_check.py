"""`tocsin check`: first who may not, then what is said, and the exit status."""

from tests.surfaces.cli.terminal import Terminal
from tocsin.catalog.checks import ManualCheck
from tocsin.catalog.model import Service
from tocsin.catalog.service import put_service
from tocsin.db.database import Database


async def declared(cli: Terminal, db: Database) -> None:
    async with db.transaction() as tx:
        queue = ManualCheck(name="queue", asks="The support queue does not grow.")
        await put_service(tx, Service(name="checkout", checks=(queue,)))
    await cli("declare", "Checkout answers 500", "--service", "checkout")


async def test_who_may_not(cli: Terminal, db: Database) -> None:
    await declared(cli, db)
    for words in ("", "--tick queue", "--untick queue", "remove seen", "add seen --manual seen"):
        refused = await cli("check", "INC-1", *words.split(), who="vera", status=1)
        assert "tocsin check: @vera acts as viewer and may not" in refused.err


async def test_what_is_not_met_is_listed_with_what_to_do(cli: Terminal, db: Database) -> None:
    await declared(cli, db)
    assert (await cli("check", "INC-1", status=1)).out == (
        "✓  alerts  No attached alert fires.\n"
        "☐  checkout/queue  The support queue does not grow.\n"
        "   Look, then: tocsin check INC-1 --tick checkout/queue\n"
    )
    ticked = await cli("check", "INC-1", "--tick", "queue")
    assert "✓  checkout/queue  The support queue does not grow. (@alice)\n" in ticked.out
    assert (await cli("check", "INC-1", "--json")).json()["is_met"]
    unknown = await cli("check", "INC-1", "--tick", "nothing", status=1)
    assert "Those that a person ticks: checkout/queue." in unknown.err
    back = await cli("check", "INC-1", "--untick", "queue")
    assert "☐  checkout/queue" in back.out


async def test_a_check_of_this_incident_is_added_and_removed(cli: Terminal, db: Database) -> None:
    await declared(cli, db)
    added = await cli("check", "INC-1", "add", "refunds", "--manual", "The refunds of today are paid.")
    assert "☐  refunds  The refunds of today are paid.\n" in added.out
    assert "--tick refunds, or take it away: tocsin check INC-1 remove refunds\n" in added.out
    wrong = await cli("check", "INC-1", "add", "errors", "--promql", "up", "--below", "few", status=1)
    assert "below must be a number." in wrong.err
    assert "Which check is missing" in (await cli("check", "INC-1", "remove", status=2)).err
    removed = await cli("check", "INC-1", "remove", "refunds", "--json")
    assert [check["name"] for check in removed.json()["checks"]] == ["alerts", "queue"]
