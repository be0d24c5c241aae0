"""`tocsin actions`: first who may not, then what is said."""

from datetime import timedelta

from tests.surfaces.cli.terminal import Terminal
from tocsin.surfaces.cli import output


async def test_who_may_not(cli: Terminal) -> None:
    await cli("declare", "Checkout answers 500")
    refused = await cli("actions", "add", "INC-1", "Add a canary.", who="vera", status=1)
    assert "@vera acts as viewer and may not change action items" in refused.err
    assert "INC-1 has no action items." in (await cli("actions", "list", "INC-1", who="vera")).out
    assert (await cli("actions", "list", who="vera")).out == "No action item is open.\n"


async def test_items_are_added_listed_given_away_and_done(cli: Terminal) -> None:
    await cli("declare", "Checkout answers 500")
    day = output.now().date()
    said = await cli("actions", "add", "1", "Add a canary.", "--owner", "bob", "--due", str(day - timedelta(days=2)))
    assert said.out.splitlines() == [
        "item     state    due         owner  action",
        f"INC-1 1  overdue  {day - timedelta(days=2)}  bob    Add a canary.",
        f"{'':37}prevent, high",
    ]
    await cli("task", "1", "add", "warn support")
    assert "→ tocsin actions add INC-1 --task 1" in (await cli("actions", "list", "1")).out
    await cli("actions", "add", "1", "--task", "1", "--category", "process", "--due", "14d")
    assert "carol" not in (await cli("actions", "list")).out
    await cli("actions", "assign", "1", "2", "me")
    listed = (await cli("actions", "list", "--overdue")).out
    assert "Add a canary." in listed
    assert "warn support" not in listed
    assert "0 of 1 that were due are done (0 %)." in listed
    await cli("actions", "done", "1", "1", who="bob")
    assert (await cli("actions", "list", "--done", "--json")).json()["actions"][0]["n"] == 1
    assert "  open  " in (await cli("actions", "reopen", "1", "1", "--why", "it is gone")).out.replace(
        "overdue", "open"
    )
    assert "under way" in (await cli("actions", "start", "1", "2")).out
    assert "low" in (await cli("actions", "set", "1", "2", "--priority", "low", "--text", "Warn support.")).out
    assert "dropped" in (await cli("actions", "drop", "1", "2", "--why", "nobody asks")).out
    checked = await cli("actions", "add", "1", "Say it.", "--http", "https://docs.example.com/limits")
    assert "open" in checked.out
    assert "Its check is looked at." in (await cli("actions", "done", "1", "3")).out


async def test_a_long_one_wraps_below_itself(cli: Terminal) -> None:
    await cli("declare", "Checkout answers 500")
    text = "Publish the limits of every service, and say in the guide who may raise them and when."
    said = (await cli("actions", "add", "1", text, "--owner", "bob")).out.splitlines()
    begins = said[0].index("action")
    assert " ".join(line[begins:] for line in said[1:]) == f"{text} prevent, high"
    assert all(line[:begins].strip() == "" for line in said[2:])
    assert max(map(len, said)) <= 80


async def test_wrong_usage(cli: Terminal) -> None:
    assert "Write it as 2026-12-24" in (await cli("actions", "add", "1", "x", "--due", "soon", status=2)).err
    assert "--why" in (await cli("actions", "drop", "1", "1", status=2)).err.replace("WHY", "why")
