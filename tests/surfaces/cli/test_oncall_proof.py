"""`tocsin oncall proof`: each person and way, a schedule's people, and a test at once."""

import pytest

from tests.support.rotas import rotate
from tests.surfaces.cli.terminal import Terminal
from tocsin.accounts.service import break_email, get_user_by_name
from tocsin.db.database import Database

PROOF = ("oncall", "proof")


@pytest.fixture(autouse=True)
async def rota(db: Database, tokens: dict[str, str]) -> None:
    assert tokens
    await rotate(db, "alice", "bob", name="payments-primary")


async def test_who_is_proven_and_a_test_at_once(cli: Terminal) -> None:
    told = (await cli(*PROOF)).out.splitlines()
    assert told[0] == "@alice  unproven  payments-primary"
    assert told[1].startswith("  ✗ 1 email: never answered; next test ")
    assert [line for line in told if line.startswith("@")] == [told[0], "@bob  unproven  payments-primary"]
    assert (await cli(*PROOF, "@bob")).out.startswith("@bob")
    assert (await cli(*PROOF, "payments-primary")).out.splitlines() == told
    assert (await cli(*PROOF, who="carol")).out == "Nobody here is named by a schedule or a policy.\n"

    assert (await cli(*PROOF, "--ask")).out.startswith("A test is on its way to alice by email.")
    assert "  ✗ 1 email: asked just now, waits for an answer" in (await cli(*PROOF, "@alice")).out
    assert (await cli(*PROOF, "--json")).json()["people"][0]["ways"][0]["state"] == "asked"


async def test_whoever_is_on_call_and_unproven_is_named_there(cli: Terminal) -> None:
    told = (await cli("oncall")).out.splitlines()
    assert "  unproven: alice has never answered a message by email" in told
    assert told[-1].endswith("tocsin oncall proof")


async def test_where_nothing_arrives_is_said_with_the_reason(cli: Terminal, db: Database) -> None:
    async with db.transaction() as tx:
        alice = await get_user_by_name(tx.conn, "alice")
        await break_email(tx, alice.id, "alice@example.com", "550 no such user")
    told = (await cli(*PROOF, "@alice")).out.splitlines()
    assert told[1].startswith("  ✗ 1 email: nothing is sent to it: 550 no such user. Correct it, or answer")
    assert "  unproven: alice has no way to be reached" in (await cli("oncall")).out.splitlines()


async def test_what_is_wrong(cli: Terminal) -> None:
    assert "goes to a person" in (await cli(*PROOF, "payments-primary", "--ask", status=2)).err
    assert "may not have others tested" in (await cli(*PROOF, "@alice", "--ask", who="bob", status=1)).err
    assert (await cli(*PROOF, "nothing")).out == "nothing names nobody that you work with.\n"
