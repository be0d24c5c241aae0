"""`tocsin maintenance`: who may not, then what is set, listed and ended."""

from tests.surfaces.cli.terminal import Terminal

NOW = ("maintenance", "add", "checkout", "--for", "2h", "--reason", "minor upgrade")
LATER = ("--from", "2031-12-06T22:00", "--to", "02:00", "--name", "nightly", "--reason", "log rotation")


async def test_who_may_not(cli: Terminal) -> None:
    assert "may not put services into maintenance" in (await cli(*NOW, who="vera", status=1)).err
    made = (await cli(*NOW, "--json")).json()["name"]
    assert "may not end maintenance" in (await cli("maintenance", "end", made, who="vera", status=1)).err


async def test_it_is_set_listed_and_ended(cli: Terminal) -> None:
    assert (await cli("maintenance", "list")).out == "Nothing is in maintenance, and nothing is planned.\n"
    said = (await cli(*NOW)).out
    assert said.startswith("checkout in maintenance until ")
    listed = (await cli("maintenance", "list")).out
    for expected in ("active", "checkout", "minor upgrade", "@alice"):
        assert expected in listed
    name = said.split()[-1]
    assert (await cli("maintenance", "end", name)).out == "Ended: alerts of checkout page as usual.\n"
    assert (await cli("maintenance", "list", "--json")).json()["maintenance"][0]["state"] == "over"


async def test_again_and_again_until_all_of_it_is_ended(cli: Terminal) -> None:
    said = (await cli("maintenance", "add", "checkout", *LATER, "--repeat", "weekly", "--time-zone", "UTC")).out
    assert "from 6 Dec 2031 22:00 until 7 Dec 2031 02:00, every week." in said
    assert "tocsin maintenance end nightly --all" in said
    assert "--all" in (await cli("maintenance", "end", "nightly", status=1)).err
    await cli("maintenance", "end", "nightly", "--all")


async def test_what_is_wrong(cli: Terminal) -> None:
    assert "--for" in (await cli("maintenance", "add", "checkout", "--reason", "x", status=2)).err
    assert "--reason" in (await cli("maintenance", "add", "checkout", "--for", "2h", status=2)).err
    assert "service" in (await cli("maintenance", "add", "nothing", "--for", "2h", "--reason", "x", status=1)).err
    assert "maintenance list" in (await cli("maintenance", "end", "nothing", status=1)).err
