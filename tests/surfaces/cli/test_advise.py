"""`tocsin advise`: an answer each, with its reasons (ROL-4)."""

from tests.surfaces.cli.terminal import Terminal


async def test_whoever_may_look_is_advised(cli: Terminal) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    said = (await cli("advise", "INC-1", who="vera")).out
    assert said.startswith("Roll back? Not yet.\n  Nothing speaks for a change yet")
    assert "Escalate? Not yet." in said
    assert "\n  not known: whether data can be lost." in said
    assert "Resolve? No.\n  It is not mitigated yet." in said


async def test_as_a_document_and_what_is_not_there(cli: Terminal) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    told = (await cli("advise", "INC-1", "--json")).json()
    assert [each["answer"] for each in told["advice"]] == ["not yet", "not yet", "no"]
    assert "INC-9 does not exist" in (await cli("advise", "INC-9", status=1)).err
