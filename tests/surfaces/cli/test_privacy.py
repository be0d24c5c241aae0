"""`tocsin private`, `tocsin members`, `tocsin declare --private`: first who may not, then what is said (LIF-7)."""

from datetime import timedelta

import pytest

from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database
from tocsin.paging.model import Policy, Step, parse_target
from tocsin.paging.policies import put_policy

DECLARE = ("declare", "A key leaked", "--policy", "payments", "--private", "--member", "bob")


@pytest.fixture(autouse=True)
async def ladder(db: Database, tokens: dict[str, str]) -> None:
    """Whoever is called sees it; so only alice is."""
    async with db.transaction() as tx:
        await put_policy(tx, Policy("payments", (Step((parse_target("user:alice"),), timedelta(minutes=5)),)), None)


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    for words in (("members", "INC-1"), ("private", "INC-1", "--why", "x"), ("show", "INC-1")):
        refused = await cli(*words, who="carol", status=1)
        assert "INC-1 does not exist" in refused.err
        assert refused.out == ""


async def test_declared_private_it_says_so(cli: Terminal) -> None:
    assert "private" in (await cli(*DECLARE)).out
    said = (await cli("members", "INC-1")).out
    assert said.startswith("INC-1 is seen by:")
    assert [line.split()[0] for line in said.splitlines()[2:]] == ["alice", "bob"]


async def test_members_are_let_in_and_out(cli: Terminal) -> None:
    await cli(*DECLARE)
    told = (await cli("members", "INC-1", "--add", "carol", "--remove", "bob", "--json")).json()
    assert [each["name"] for each in told["members"]] == ["alice", "carol"]


async def test_made_private_later(cli: Terminal) -> None:
    await cli("declare", "A key leaked", "--policy", "payments")
    assert "Everybody sees INC-1" in (await cli("members", "INC-1")).out
    assert "INC-1 is private now" in (await cli("private", "INC-1", "--why", "a customer is named")).out
    await cli("show", "INC-1", who="bob", status=1)
