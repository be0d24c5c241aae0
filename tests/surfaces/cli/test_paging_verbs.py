"""decline, escalate: first who may not, then what is said (PAG-4)."""

from datetime import timedelta

import pytest

from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout")
COMMANDS = (("decline", "INC-1"), ("escalate", "INC-1"))


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
