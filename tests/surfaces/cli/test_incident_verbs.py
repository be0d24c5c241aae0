"""declare, list, show, ack, status, log, resolve, reopen, close: first who may not, then what is said."""

import re

import pytest

from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout", "--severity", "SEV-2")
MOVES = (
    ("ack", "INC-1"),
    ("status", "INC-1", "identified"),
    ("resolve", "INC-1"),
    ("reopen", "INC-1", "--why", "it is back"),
    ("close", "INC-1"),
    ("log", "INC-1", "looked at it"),
)


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    for words in (DECLARE, *MOVES):
        refused = await cli(*words, who="vera", status=1)
        assert f"tocsin {words[0]}: @vera acts as viewer and may not" in refused.err
        assert "ask an administrator" in refused.err
        forged = await cli(*words, who="tocsin_forged", status=1)
        assert "refused the token" in forged.err
        assert "tocsin admin user token" in forged.err
        assert refused.out == forged.out == ""


async def test_declaring_says_its_name_and_where_to_look(cli: Terminal) -> None:
    assert (await cli(*DECLARE)).out == (
        "INC-1 is declared: Checkout answers 500\n"
        "  SEV-2 · triggered · checkout\n"
        "  https://tocsin.example.com/incidents/INC-1\n"
        "  Who is called, and why: tocsin explain INC-1\n"
    )


async def test_json_is_what_the_api_answers(cli: Terminal) -> None:
    declared = (await cli(*DECLARE, "--json")).json()
    assert (declared["id"], declared["services"]) == ("INC-1", ["checkout"])
    assert (await cli("show", "inc-1", "--json")).json() == declared
    assert (await cli("list", "--json")).json() == {"incidents": [declared], "next_cursor": None}
    assert (await cli("ack", "1", "--json")).json()["status"] == "acknowledged"
    assert (await cli("log", "1", "x", "--json")).json()["entries"][0]["type"] == "observation"
    assert (await cli("log", "1", "--json")).json()["entries"][-1]["text"] == "x"
    assert (await cli("explain", "1", "--json")).json()["incident"] == "INC-1"
    for words, status in (
        (("status", "1", "monitoring"), "monitoring"),
        (("resolve", "1", "--override", "--why", "x"), "resolved"),
        (("reopen", "1", "--why", "x"), "investigating"),
        (("close", "1", "--override", "--why", "x", "--cause-category", "deployment"), "closed"),
    ):
        assert (await cli(*words, "--json")).json()["status"] == status


async def test_the_whole_of_an_incident_in_words(cli: Terminal) -> None:
    await cli(*DECLARE, "--started", "10m", "--summary", "since the deployment")
    assert re.fullmatch(r"INC-1 is acknowledged by @alice, \d s after .*\n.*\n", (await cli("ack", "INC-1")).out)
    assert (await cli("status", "INC-1", "identified", "--why", "bad deployment")).out.startswith(
        "INC-1 is now identified"
    )
    shown = (await cli("show", "INC-1")).out
    for expected in (
        "INC-1  Checkout answers 500",
        "SEV-2 · identified · checkout",
        "10 min ago",
        "since the deployment",
    ):
        assert expected in shown
    over = await cli("resolve", "INC-1", "--override", "--why", "rolled back")
    assert over.out == "INC-1 is resolved: Checkout answers 500\n"
    assert (await cli("reopen", "INC-1", "--why", "it is back")).out == "INC-1 is open again: Checkout answers 500\n"
    closed = await cli("close", "INC-1", "--override", "--why", "a test", "--cause-category", "other")
    assert closed.out == "INC-1 is closed: Checkout answers 500\n"


async def test_the_timeline_is_printed_in_the_text_format(cli: Terminal) -> None:
    await cli(*DECLARE)
    wrote = await cli("log", "1", "rolled back\nv2.3.1", "--type", "action", who="bob")
    assert re.fullmatch(r"Written on INC-1 as action, \d\d:\d\d:\d\d UTC, entry \d+\.\n", wrote.out)
    lines = (await cli("log", "INC-1")).out.splitlines()
    assert re.fullmatch(r"# \w+ \d+ \w+ \d{4}, UTC", lines[0])
    assert re.fullmatch(r"\[\d\d:\d\d\] \[@alice\] \[SYSTEM\] INC-1 declared at SEV-2: .*", lines[1])
    assert re.fullmatch(r"\[\d\d:\d\d\] \[@bob\] \[ACTION\] rolled back", lines[-2])
    assert lines[-1].strip() == "v2.3.1"


async def test_a_printed_timeline_is_pasted_into_another(cli: Terminal) -> None:
    await cli(*DECLARE)
    await cli("declare", "The same again")
    wrote = await cli(
        "log", "1", "# 1 March 2026\n[14:30] @alice [DECISION] roll back\nto v2.3.0\n[14:31] done", who="bob"
    )
    assert wrote.out.splitlines()[0] == "2 entries are written on INC-1:"
    printed = [line for line in (await cli("log", "INC-1")).out.split("\n") if "[SYSTEM]" not in line]
    assert printed[:3] == [
        "# Sunday 1 March 2026, UTC",
        "[14:30] [@alice] [DECISION] roll back",
        "        to v2.3.0",
    ]
    assert re.fullmatch(r" {8}# written \w{3} \d\d:\d\d by @bob", printed[3]), printed
    assert printed[4] == "[14:31] [@bob] [OBSERVATION] done"
    await cli("log", "2", "\n".join(printed[:6]), who="bob")
    assert (await cli("log", "2")).out.split("\n")[:6] == printed[:6]


async def test_a_correction_is_printed_in_the_place_of_what_it_corrects(cli: Terminal) -> None:
    await cli(*DECLARE)
    number = re.search(r"entry (\d+)", (await cli("log", "1", "rolled back v2.3.0")).out)
    assert number
    said = await cli("log", "1", "rolled back v2.3.1", "--correct", number[1])
    assert said.out == f"Entry {number[1]} of INC-1 is corrected; what it said before: tocsin log INC-1 --earlier\n"
    assert "--correct needs the text" in (await cli("log", "1", "--correct", number[1], status=2)).err
    assert "INC-1 --ids" in (await cli("log", "1", "x", "--correct", "999999", status=1)).err
    printed = (await cli("log", "1")).out
    assert "v2.3.0" not in printed
    assert printed.count("v2.3.1") == 1
    assert re.search(rf"{number[1]} \[\d\d:\d\d\] \[@alice\]", (await cli("log", "1", "--ids")).out)
    assert "# before, as @alice wrote it: rolled back v2.3.0" in (await cli("log", "1", "--earlier")).out


async def test_lists(cli: Terminal) -> None:
    assert (await cli("list")).out == "No incident. All calm.\n"
    assert (await cli("list", "--service", "checkout")).out == "No incident of that kind. All calm.\n"
    await cli(*DECLARE)
    await cli("declare", "A title that is so long that it does not fit beside the rest of the line")
    await cli("resolve", "1", "--override", "--why", "gone")
    listed = (await cli("list")).out
    assert all(len(line) <= 80 for line in listed.splitlines())
    assert re.search(r"INC-2  –         triggered  A title that is so long", listed)
    assert (await cli("list", "--open", "--json")).json()["incidents"][0]["id"] == "INC-2"
    first = (await cli("list", "--limit", "1")).out
    assert "tocsin list --cursor 2" in first
    assert "INC-1" in (await cli("list", "--cursor", "2", "--severity", "SEV-2", "--since", "1h")).out


async def test_what_is_refused_says_what_is_allowed(cli: Terminal) -> None:
    await cli(*DECLARE)
    await cli("status", "1", "monitoring")
    illegal = await cli("status", "1", "identified", status=1)
    assert "it cannot become identified" in illegal.err
    assert "resolved, closed, investigating" in illegal.err
    await cli("resolve", "1", "--override", "--why", "gone")
    assert "--why" in (await cli("reopen", "1", status=1)).err
    assert "tocsin list" in (await cli("show", "INC-9", status=1)).err
    assert "INC-1" in (await cli("show", "the-one", status=1)).err


async def test_wrong_usage(cli: Terminal) -> None:
    for words in (
        ("show",),
        ("show", "INC-1", "INC-2"),
        ("show", "INC-1", "--no-such-option"),
        ("status", "INC-1", "burning"),
        ("log", "INC-1", "x", "--type", "rant"),
        ("list", "--limit", "many"),
        ("list", "--since", "yesterday"),
        ("declare", "x", "--started", "25:00"),
        ("declare", "x", "--urgency", "maximal"),
    ):
        said = await cli(*words, status=2)
        assert said.out == ""
        assert said.err.startswith(f"tocsin {words[0]}: "), words
        assert len(said.err.splitlines()) == 2, said.err


async def test_what_comes_from_outside_cannot_steer_the_terminal(cli: Terminal, db: Database) -> None:
    await cli("declare", "red \x1b[31m alert\x07 \u202e[bold]x[/bold]", "--summary", "\x1b]0;owned\x07")
    for words in (("list",), ("show", "1"), ("log", "1"), ("explain", "1"), ("ack", "1")):
        out = (await cli(*words)).out
        assert not {"\x1b", "\x07", "\u202e"} & set(out), words
        assert "[bold]" in out


@pytest.mark.parametrize("no_color", [True, False])
async def test_colour_only_where_it_is_seen(cli: Terminal, no_color: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    await cli(*DECLARE)
    assert "\x1b" not in (await cli("list")).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    assert ("\x1b[1;31m" in (await cli("list")).out) is not no_color


async def test_declaring_by_how_many_are_affected(cli: Terminal) -> None:
    told = await cli("declare", "Nobody can pay", "--users-affected", "35%", "--impact", "card payments fail")
    assert "SEV-2 · triggered" in told.out
    shown = (await cli("show", "INC-1")).out
    assert "card payments fail" in shown
    assert "35%" in shown
    assert (
        "'many' is not a number of users affected"
        in (await cli("declare", "x", "--users-affected", "many", status=1)).err
    )
