"""decline, escalate, snooze, reassign, add-responder: first who may not, then what is said (PAG-4)."""

from datetime import timedelta

import pytest

from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout")
COMMANDS = (
    ("decline", "INC-1"),
    ("escalate", "INC-1"),
    ("snooze", "INC-1", "30m"),
    ("reassign", "INC-1", "bob"),
    ("add-responder", "INC-1", "bob"),
)


@pytest.fixture(autouse=True)
async def ladder(db: Database, tokens: dict[str, str]) -> None:
    """alice, then bob."""
    steps = tuple(Step((parse_target(f"user:{name}"),), timedelta(minutes=5)) for name in ("alice", "bob"))
    async with db.transaction() as tx:
        await put_policy(tx, Policy("payments", steps), None)


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    for words in COMMANDS:
        refused = await cli(*words, who="vera", status=1)
        assert "@vera acts as viewer and may not" in refused.err
        assert refused.out == ""


async def test_declining_says_who_is_called_now(cli: Terminal) -> None:
    await cli(*DECLARE)
    said = (await cli("decline", "INC-1", "--why", "on a train", who="alice")).out.splitlines()
    assert said[0] == "INC-1 is declined: Checkout answers 500"
    assert "called so far: alice and bob" in said[1]
    assert "the ladder is at its end and the administrators are told" in said[2]
    refused = await cli("decline", "INC-1", who="alice", status=1)
    assert "You are not being called for INC-1" in refused.err
    assert "Allowed now: ack, escalate" in refused.err


async def test_escalating_as_json_is_what_the_api_answers(cli: Terminal) -> None:
    await cli(*DECLARE)
    told = (await cli("escalate", "INC-1", "--json", who="alice")).json()
    assert [call["who"] for call in told["calls"]] == ["alice", "bob"]


async def test_quiet_for_a_while(cli: Terminal) -> None:
    await cli(*DECLARE)
    said = (await cli("snooze", "INC-1", "1h", "--why", "the vendor works on it", who="alice")).out.splitlines()
    assert said[0] == "INC-1 is quiet: Checkout answers 500"
    assert said[1].startswith("  @alice has INC-1 and wants quiet until ")
    assert "@alice is called again, unless it is resolved. (in " in said[2]
    for wrong, why in (("soon", "not a length of time"), ("90s", "not a whole number of minutes")):
        assert why in (await cli("snooze", "INC-1", wrong, who="alice", status=2)).err
    assert "minutes is 1 to 1440" in (await cli("snooze", "INC-1", "2d", who="alice", status=1)).err


async def test_handing_over_and_asking_for_help(cli: Terminal) -> None:
    await cli(*DECLARE)
    said = (await cli("reassign", "INC-1", "bob", "--why", "it is his", who="alice")).out.splitlines()
    assert said[0] == "INC-1 is handed over: Checkout answers 500"
    assert "called so far: alice and bob" in said[1]
    assert "step 1 of 2 is called: alice" in said[2]
    said = (await cli("add-responder", "INC-1", "carol", "root", who="bob")).out.splitlines()
    assert said[0] == "INC-1 has more people called: Checkout answers 500"
    assert "called so far: alice, bob, carol and root" in said[1]
    assert "carol is being called already" in (await cli("add-responder", "INC-1", "carol", status=1)).err


async def test_whether_the_page_was_worth_it(cli: Terminal) -> None:
    async def marked() -> list[bool | None]:
        return [call["actionable"] for call in (await cli("explain", "INC-1", "--json")).json()["calls"]]

    await cli(*DECLARE)
    await cli("ack", "INC-1", who="alice")
    assert await marked() == [None]
    await cli("ack", "INC-1", "--not-actionable", who="alice")
    assert await marked() == [False]
    await cli("resolve", "INC-1", "--actionable", who="alice")
    assert await marked() == [True]


async def test_whoever_was_asked_for_help_says_that_they_come(cli: Terminal) -> None:
    await cli(*DECLARE)
    await cli("ack", "INC-1", who="alice")
    await cli("add-responder", "INC-1", "bob", who="alice")
    said = (await cli("ack", "INC-1", who="bob")).out
    assert said == "INC-1 stays with @alice, who knows that you come: Checkout answers 500\n"
    assert "is acknowledged by @bob" in (await cli("ack", "INC-1", who="bob")).out, "a second time it is taken over"
