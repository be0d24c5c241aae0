"""`tocsin time`, `eta`, the cause of `resolve` and `close` (LIF-2, LIF-10, LIF-11): who may not, then what is said."""

from tests.surfaces.cli.terminal import Terminal

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout", "--severity", "SEV-2")
NOW = ("--override", "--why", "gone")


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    for words in (("time", "INC-1", "started_at=10m", "--why", "x"), ("eta", "INC-1", "unknown")):
        refused = await cli(*words, who="vera", status=1)
        assert refused.err.startswith(f"tocsin {words[0]}: @vera acts as viewer and may not change incidents")


async def test_a_time_is_corrected_or_refused_by_the_other(cli: Terminal) -> None:
    await cli(*DECLARE)
    told = await cli("time", "INC-1", "started=10m", "--why", "the graph shows it")
    assert told.out.startswith("INC-1: impact started ")
    assert "10 min ago" in (await cli("show", "INC-1")).out
    assert (await cli("time", "1", "started_at=20m", "--why", "x", "--json")).json()["id"] == "INC-1"
    assert "tocsin status INC-1 monitoring" in (await cli("time", "1", "mitigated_at=1m", "--why", "x", status=1)).err
    assert "before impact started" in (await cli("time", "1", "detected_at=30m", "--why", "x", status=1)).err
    assert "--why TEXT" in (await cli("time", "1", "started_at=30m", status=1)).err
    for wrong in ("started_at", "paged_at=10m", "started_at=soon"):
        assert len((await cli("time", "INC-1", wrong, "--why", "x", status=2)).err.splitlines()) == 2


async def test_an_eta_is_given_changed_and_told(cli: Terminal) -> None:
    await cli(*DECLARE)
    assert (await cli("eta", "INC-1")).out == "INC-1: nobody has given an ETA.\n"
    assert "ETA" in (await cli("eta", "INC-1", "45m")).out
    assert "in 44 min" in (await cli("show", "INC-1")).out or "in 45 min" in (await cli("show", "INC-1")).out
    assert "--why TEXT" in (await cli("eta", "INC-1", "unknown", status=1)).err
    assert (await cli("eta", "INC-1", "unknown", "--why", "no idea")).out == "INC-1: ETA unknown\n"
    lines = (await cli("eta", "INC-1")).out.splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("unknown, by @alice  no idea")
    assert len((await cli("eta", "INC-1", "--json")).json()["etas"]) == 2
    assert (await cli("eta", "INC-1", "soon", status=2)).err.startswith("tocsin eta: ")


async def test_the_cause_is_named_when_it_is_over(cli: Terminal) -> None:
    await cli(*DECLARE)
    await cli("resolve", "INC-1", *NOW, "--cause-category", "dependency failure")
    assert "dependency-failure" in (await cli("show", "INC-1")).out
    assert "tocsin postmortem draft INC-1" in (await cli("close", "INC-1", status=1)).err
    why = ("--override", "--why", "a test of the pager")
    assert (await cli("close", "INC-1", *why)).out == "INC-1 is closed: Checkout answers 500\n"
    await cli(*DECLARE)
    await cli("resolve", "INC-2", *NOW)
    refused = await cli("close", "INC-2", status=1)
    assert "tocsin close INC-2 --cause-category, one of deployment, resource-exhaustion" in refused.err
    await cli("close", "INC-2", "--cause-category", "security", *why)
