"""`tocsin severity` and `tocsin assess INC-1` (CLS-3): who may not, then what is said."""

from tests.surfaces.cli.terminal import Terminal

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout", "--severity", "SEV-3")


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    for words in (("severity", "INC-1", "SEV-1", "--why", "x"), ("assess", "INC-1", "--breach", "yes")):
        refused = await cli(*words, who="vera", status=1)
        assert refused.err.startswith(f"tocsin {words[0]}: @vera acts as viewer and may not grade incidents")


async def test_what_becomes_known_is_said_with_what_it_proposes(cli: Terminal) -> None:
    await cli(*DECLARE)
    assert "nothing is known of the impact yet" in (await cli("assess", "INC-1")).out
    told = (await cli("assess", "INC-1", "--users-affected", "30%")).out
    assert told.startswith("INC-1  SEV-3\n  users affected  30%\n  assesses to     SEV-2: users affected at least")
    assert "Proposed: SEV-2. Take it, or keep the level: tocsin severity INC-1 SEV-2 --why TEXT" in told
    assert "SEV-1 if SLA at risk: yes" in told
    assert (await cli("assess", "INC-1", "--json")).json()["proposal"] == "SEV-2"
    raised = await cli("severity", "INC-1", "SEV-2", "--why", "as proposed")
    assert raised.out == "INC-1 is a SEV-2: Checkout answers 500\n"
    assert "Proposed" not in (await cli("assess", "inc-1")).out
    assert (await cli("severity", "1", "SEV-1", "--why", "worse", "--json")).json()["severity"] == "SEV-1"


async def test_what_is_refused_says_what_to_do(cli: Terminal) -> None:
    await cli(*DECLARE)
    assert "--why TEXT" in (await cli("severity", "INC-1", "SEV-1", status=1)).err
    assert "SEV-1, SEV-2, SEV-3, SEV-4" in (await cli("severity", "INC-1", "P0", "--why", "x", status=1)).err
    assert "Name another level" in (await cli("severity", "INC-1", "SEV-3", "--why", "x", status=1)).err
    assert "Write a percentage" in (await cli("assess", "INC-1", "--users-affected", "130%", status=1)).err


async def test_facts_at_the_declaration(cli: Terminal) -> None:
    told = await cli("declare", "Nobody can pay", "--service-status", "down", "--customers", "several")
    assert "SEV-1 · triggered" in told.out
    assert "service status: down" in (await cli("show", "INC-1")).out
    wrong = await cli("declare", "x", "--service-status", "gone", status=1)
    assert "Use one of down, degraded, slow, minor" in wrong.err


async def test_how_often_people_changed_what_was_suggested(cli: Terminal) -> None:
    assert "too few to judge" in (await cli("severity", "--review")).out
    await cli("declare", "one", "--users-affected", "35%", "--severity", "SEV-4")
    told = (await cli("severity", "--review", "--days", "30")).out
    assert "INC-1 SEV-2 → SEV-4, @alice" in told
    assert "users affected" in told
    assert (await cli("severity", "--review", "--json")).json()["total"]["lowered"] == 1
    assert (await cli("severity", "INC-1", status=2)).err.startswith("tocsin severity: Which incident")
    assert "days is 1 to 366" in (await cli("severity", "--review", "--days", "999", status=1)).err
