"""`explain`: why was I called, why was nobody called, what happens next – from what was stored when it was decided."""

import pytest

from tests.support.world import World
from tocsin.accounts.model import Role, Viewer
from tocsin.kernel.errors import NotFound
from tocsin.paging import service as paging
from tocsin.paging.model import PageState

BURNING = {"job": "checkout", "severity": "critical"}


async def test_the_story_of_a_page_that_climbed_and_was_answered(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    story = await world.explain()
    assert story.now == "INC-1 has waited 0 seconds for an answer; called so far: alice."
    assert (
        story.next == "At 03:05:00 UTC step 2 of 2 is called: the one on call in secondary and the leads of payments."
    )
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.acknowledge("carol")
    world.phone("alice").receives("acknowledged")
    world.phone("bob").receives("acknowledged")

    story = await world.explain()
    assert [(call.who, call.label, call.why, call.state) for call in story.calls] == [
        ("alice", "step 1 of 2", "on call in primary (layer week)", PageState.ACKNOWLEDGED),
        ("bob", "step 2 of 2", "on call in secondary (layer week)", PageState.ACKNOWLEDGED),
        ("carol", "step 2 of 2", "lead of team payments", PageState.ACKNOWLEDGED),
    ]
    assert [(send.kind, send.state) for call in story.calls for send in call.sends] == [("email", "sent")] * 3
    assert story.now == "@carol has acknowledged INC-1; nobody else is called."
    assert [line.kind for line in story.lines] == [
        "IncidentDeclared",
        "EscalationStarted",
        "PersonPaged",
        "EscalationGoesOn",
        "PersonPaged",
        "PersonPaged",
        "IncidentAcknowledged",
        "PageAcknowledged",
        "PeopleTold",
    ]
    page = next(line for line in story.lines if line.kind == "PersonPaged")
    assert page.sentence == (
        "alice is paged, step 1 of 2: on call in primary (layer week)."
        " Unless somebody acknowledges, it goes on at 03:05:00 UTC."
    )
    assert page.details == ("e-mail to alice@example.com: sent 03:00:00 UTC (250 OK)",)


JOININGS = """
    insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
    select now(), 'AlertsAttached', 'incident/1', 1, 'tocsin', 'One more alert has joined.', '{}'
    from generate_series(1, 3000)
"""


async def test_the_story_of_a_storm_tells_the_pages_that_came_late(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    async with world.db.transaction() as tx:
        await tx.conn.execute(JOININGS)
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    story = await world.explain()
    assert [line.kind for line in story.lines].count("PersonPaged") == 3
    assert "Further alerts joined 3000 times" in story.now


async def test_the_story_of_a_page_that_reached_nobody(world: World) -> None:
    await world.alert("Dusty", job="attic", severity="critical")
    world.phone("root").receives("page")
    story = await world.explain()
    told = [line.sentence for line in story.lines]
    assert told[1:] == [
        "Escalation by policy deserted begins: the incident is new.",
        "Step 1 of 1 reaches nobody: nobody is on call in nobody until Mon 2030-01-07 09:00 UTC.",
        "Nobody is left on the ladder to be called.",
        "Administrator root is told instead.",
        "root is paged, the administrators: administrator, since the escalation reached nobody.",
    ]
    assert story.next == "Nobody else is called; tocsin ack INC-1 takes it."


async def test_the_story_is_for_whoever_may_see_the_incident(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    stranger = Viewer(user_id=9, name="mallory", role=Role.ADMIN, scopes=(7,))
    async with world.db.connection() as conn:
        with pytest.raises(NotFound):
            await paging.explain(conn, stranger, "INC-1", world.clock.now())
