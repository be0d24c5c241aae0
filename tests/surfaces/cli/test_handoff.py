"""handoff: first who may not, then what is said (ROL-3)."""

from tests.surfaces.cli.terminal import Terminal

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout", "--severity", "SEV-2", "--commander", "me")


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    for words in (("--to", "bob"), ("--accept",), ("--decline",), ("--withdraw",)):
        refused = await cli("handoff", "INC-1", *words, who="vera", status=1)
        assert "@vera acts as viewer and may not hand on roles" in refused.err
        assert refused.out == ""


async def test_a_role_goes_from_one_to_the_other(cli: Terminal) -> None:
    await cli(*DECLARE, "--impact", "Nobody can pay")
    assert "Nobody can pay" in (await cli("handoff", "INC-1")).out
    said = (await cli("handoff", "INC-1", "--to", "@bob")).out
    assert said.startswith("bob is offered the role of commander, with the brief. It stays yours until they accept.")
    shown = (await cli("handoff", "INC-1", who="bob")).out
    assert "alice offers the role of commander to bob." in shown
    said = (await cli("handoff", "INC-1", "--accept", "--say", "next update at 14:30", who="bob")).out
    assert said == "You are commander now; alice stays available. The room is told.\n"
    assert "alice has handed on commander and is available." in (await cli("role", "INC-1")).out
    assert (await cli("handoff", "INC-1", "--json")).json()["offers"] == []


async def test_an_offer_is_declined_or_taken_back(cli: Terminal) -> None:
    await cli(*DECLARE)
    await cli("handoff", "INC-1", "--to", "bob", "--brief", "Ask Dave.")
    assert (await cli("handoff", "INC-1", "--decline", "--why", "on a train", who="bob")).out == (
        "alice stays commander and is told.\n"
    )
    await cli("handoff", "INC-1", "--to", "bob")
    assert (await cli("handoff", "INC-1", "--withdraw")).out == "You stay commander; bob is told.\n"
    assert "Nothing is offered to you in INC-1" in (await cli("handoff", "INC-1", "--accept", who="bob", status=1)).err
    refused = await cli("handoff", "INC-1", "--accept", "--withdraw", status=2)
    assert "Use one of --to, --accept, --decline, --withdraw." in refused.err
