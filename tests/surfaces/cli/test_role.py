"""role, room, and what declare says of both: first who may not, then what is said (ROL-1, LIF-5, WAR-4)."""

from tests.surfaces.cli.terminal import Terminal

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout", "--severity", "SEV-2")


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    for words in (
        ("role", "INC-1", "commander", "--take"),
        ("role", "INC-1", "commander", "--release"),
        ("role", "INC-1", "--team-size", "large"),
        ("room", "INC-1", "--link", "https://meet.example.com/x"),
    ):
        refused = await cli(*words, who="vera", status=1)
        assert "@vera acts as viewer and may not" in refused.err
        assert refused.out == ""


async def test_roles_are_shown_with_what_they_are_for(cli: Terminal) -> None:
    await cli(*DECLARE)
    said = (await cli("role", "INC-1")).out
    assert said.splitlines()[0] == "INC-1, small team"
    assert said.count("nobody") == 3
    assert "removes blockers" in " ".join(said.split())
    assert max(map(len, said.splitlines())) <= 80


async def test_a_role_is_taken_given_and_given_back(cli: Terminal) -> None:
    await cli(*DECLARE)
    said = (await cli("role", "INC-1", "commander", "--take")).out
    assert "alice since just now" in said
    assert "tech lead" not in said
    assert "bob since just now" in (await cli("role", "INC-1", "tech-lead", "@bob")).out
    shown = (await cli("show", "INC-1")).out
    assert "alice" in next(line for line in shown.splitlines() if "commander" in line)
    assert "tech lead bob" in shown
    assert "alice" in (await cli("list")).out.splitlines()[1]
    assert "nobody" in (await cli("role", "INC-1", "tech-lead", "--release")).out
    assert "Use one of commander, tech-lead" in (await cli("role", "INC-1", "boss", "--take", status=1)).err


async def test_words_that_contradict_each_other_are_refused_with_the_remedy(cli: Terminal) -> None:
    for words in (
        ("role", "INC-1", "--take"),
        ("role", "INC-1", "scribe", "bob", "--take"),
        ("role", "INC-1", "scribe", "--team-size", "solo"),
        ("room", "INC-1", "--link", "https://x.example.com", "--usual-link"),
    ):
        refused = await cli(*words, status=2)
        assert len(refused.err.splitlines()) == 2


async def test_who_commands_two_incidents_reads_so(cli: Terminal) -> None:
    await cli(*DECLARE, "--commander", "me")
    await cli(*DECLARE)
    assert "alice commands INC-1 as well" in (await cli("role", "INC-2", "commander", "--take")).out


async def test_declaring_may_say_who_commands_and_how_many_work_on_it(cli: Terminal) -> None:
    told = (await cli(*DECLARE, "--team-size", "large", "--commander", "@bob", "--json")).json()
    assert (told["team_size"], told["commander"]) == ("large", "bob")
    assert (await cli("role", "INC-1", "--json")).json()["roles"][0]["holders"][0]["user"] == "bob"


async def test_where_people_meet(cli: Terminal) -> None:
    await cli(*DECLARE)
    assert "none: set war_room under organisation, or --link" in (await cli("room", "INC-1")).out
    said = (await cli("room", "INC-1", "--link", "https://meet.example.com/db")).out
    assert "call  https://meet.example.com/db" in said
    assert "https://tocsin.example.com/incidents/INC-1" in said
    assert (await cli("room", "INC-1", "--json")).json()["conference_url"] == "https://meet.example.com/db"
    assert (await cli("room", "INC-1", "--usual-link", "--json")).json()["conference_url"] is None
