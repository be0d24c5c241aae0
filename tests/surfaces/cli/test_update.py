"""`tocsin update`: who may not, then what is previewed, posted and listed."""

from tests.surfaces.cli.terminal import Terminal

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout", "--severity", "SEV-1")
POST = ("update", "INC-1", "Rolling back v2.3.1", "--done", "paged the database team", "--done", "stopped the batch")


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    for words in (POST, (*POST, "--preview")):
        assert "may not post updates" in (await cli(*words, who="vera", status=1)).err


async def test_an_update_is_previewed_posted_and_listed(cli: Terminal) -> None:
    await cli(*DECLARE)
    await cli("ack", "INC-1", who="bob")
    assert "Nobody has posted an update on INC-1 yet." in (await cli("update", "INC-1")).out
    shown = (await cli(*POST, "--preview")).out
    for words in ("[SEV-1] INC-1 update 1: Checkout answers 500", "- stopped the batch", "It would go to: bob."):
        assert words in shown
    assert "Update 1 on INC-1 is posted. The next one is due at " in (await cli(*POST, "--next", "30m")).out
    listed = (await cli("update", "INC-1")).out
    assert "Rolling back v2.3.1" in listed
    assert "Update 2 is due in 29 min" in listed or "Update 2 is due in 30 min" in listed
    assert (await cli("update", "inc-1", "--json")).json()["updates"][0]["done"][1] == "stopped the batch"
    assert "next update" in (await cli("show", "INC-1")).out


async def test_what_is_wrong(cli: Terminal) -> None:
    await cli(*DECLARE)
    assert "--eta" in (await cli(*POST, "--eta", "soon", status=2)).err
    refused = (await cli(*POST, "--audience", "internal, stakeholders", status=1)).err
    assert "There is no audience stakeholders yet: it comes with status pages." in refused
    assert "passed" in (await cli(*POST, "--eta", "2020-01-01T00:00Z", status=1)).err
