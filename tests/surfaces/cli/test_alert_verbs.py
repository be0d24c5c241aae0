"""`tocsin alerts` and `tocsin silence`: who may not, then what is shown."""

import re

from tests.stores.alerting import open_desk, signal
from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database

SILENCE = ("silence", "add", "job=checkout", 'severity=~"warning|info"', "--for", "2h", "--comment", "load test")


async def test_who_may_not_silence(cli: Terminal) -> None:
    assert "may not silence alerts" in (await cli(*SILENCE, who="vera", status=1)).err
    made = (await cli(*SILENCE, "--json")).json()["id"]
    assert "may not end silences" in (await cli("silence", "expire", made, who="vera", status=1)).err


async def test_a_silence_is_set_listed_and_ended(cli: Terminal) -> None:
    assert (await cli("silence", "list")).out == "Nothing is silenced.\n"
    said = (await cli(*SILENCE)).out
    assert re.match(r'Silenced until .*: job="checkout", severity=~"warning\|info"\n', said)
    begins = re.search(r"tocsin silence expire (\w{8})", said)
    assert begins is not None
    listed = (await cli("silence", "list")).out
    for expected in (begins[1], "active", 'job="checkout"', "load test", "@alice"):
        assert expected in listed
    changed = (await cli("silence", "change", begins[1], "--for", "5h", "--comment", "longer test")).out
    assert re.match(rf'{begins[1]} silences job="checkout", .* until .*: longer test\n', changed)
    assert (await cli("silence", "expire", begins[1])).out.startswith("Ended: ")
    assert (await cli("silence", "list", "--json")).json()["silences"][0]["state"] == "expired"


async def test_what_is_wrong_with_a_silence(cli: Terminal) -> None:
    assert "silence list" in (await cli("silence", "expire", "1f3a", status=1)).err
    assert "MATCHER is missing" in (await cli("silence", "add", "--for", "2h", "--comment", "x", status=2)).err
    assert "--for" in (await cli("silence", "add", "a=b", "--for", "soon", "--comment", "x", status=2)).err
    assert "--comment" in (await cli("silence", "add", "a=b", "--for", "2h", status=2)).err


async def test_nothing_fires(cli: Terminal) -> None:
    assert (await cli("alerts")).out == "Nothing fires.\n"
    assert (await cli("alerts", "list", "--state", "all")).out == "There is no such alert.\n"
    assert (await cli("alerts", "--json")).json() == {"alerts": [], "next_cursor": None}
    assert "tocsin alerts" in (await cli("alerts", "show", "17", status=1)).err
    await cli("alerts", "show", "seventeen", status=2)
    await cli("alerts", "--state", "burning", status=2)


async def test_what_called_nobody_is_listed_and_counted_with_its_reason(cli: Terminal, db: Database) -> None:
    assert "Every alert of the last 24h has called somebody" in (await cli("alerts", "reasons")).out
    desk = await open_desk(db, [{"match": ["severity=info"], "drop": "informational"}], {"service": "rest"})
    for n in range(3):
        await desk.receive(signal(alertname="Deployed", severity="info", n=str(n), starts_at=db.clock.now()))
    await desk.receive(signal(alertname="DiskFull", severity="critical", starts_at=db.clock.now()))
    await desk.work()
    assert re.search(r"DiskFull +INC-1 rest", (await cli("alerts")).out)
    assert "may not close alerts" in (await cli("alerts", "close", "4", who="vera", status=1)).err
    assert (await cli("alerts", "close", "4")).out == "Closed: DiskFull; INC-1 goes on until it is resolved.\n"
    assert "over already" in (await cli("alerts", "close", "4", status=1)).err
    quiet = (await cli("alerts", "--not-paged")).out
    assert "dropped by route 1" in quiet
    assert "DiskFull" not in quiet
    assert re.search(r"3 +3 +dropped +dropped by route 1", (await cli("alerts", "reasons", "--since", "1h")).out)
    assert (await cli("alerts", "reasons", "--json")).json()["alerts"] == 3
    await cli("alerts", "reasons", "--since", "soon", status=2)
