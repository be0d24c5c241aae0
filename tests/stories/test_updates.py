"""Updates (COM-1, COM-2): who is told, when the next is due, who is reminded, and what is counted."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.comms import cadence, template_store, updates
from tocsin.comms.jobs import REMIND
from tocsin.comms.model import Audience, TemplateKind, Update, UpdateDraft
from tocsin.incidents import assigning, details
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Status
from tocsin.incidents.roles import RoleName
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, Refused


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ORGANISATION, kinds=(REMIND,)) as world:
        yield world


async def taken(world: World, severity: str = "SEV-1") -> None:
    """Declared, and alice has it at 03:00."""
    await world.declare("Nobody can pay", severity=severity, services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


async def post(world: World, text: str, by: str = "alice", **said: Any) -> Update:
    async with world.db.transaction() as tx:
        posted = await updates.post_update(tx, (await world.see()).id, UpdateDraft(text=text, **said), f"@{by}")
    await world.worker.drain()
    return posted


async def due(world: World) -> str:
    async with world.db.connection() as conn:
        at = await cadence.next_update_at(conn, (await world.see()).id)
    return "" if at is None else f"{at:%H:%M}"


async def missed(world: World) -> int:
    async with world.db.connection() as conn:
        return await cadence.count_overdue(conn, (await world.see()).id)


async def test_nothing_is_due_before_somebody_has_taken_it(world: World) -> None:
    await world.declare("Nobody can pay", severity="SEV-1")
    await world.passes(minutes=20)
    assert await due(world) == ""
    await world.acknowledge("alice")
    assert await due(world) == "03:35"
    world.airwaves.unread.clear()


async def test_the_communicator_is_reminded_before_and_at_the_due_time_and_it_counts_once_each_time(
    world: World,
) -> None:
    await taken(world)
    await world.passes(minutes=9, seconds=59)
    world.nobody_else_is_paged()
    await world.passes(seconds=1)
    soon = world.phone("alice").receives("notice", saying="Update 1 on INC-1 is due at 03:15 UTC.")
    assert (soon.delivery.urgency, soon.view.subject) == ("low", "[UPDATE DUE] INC-1 Nobody can pay")
    assert await missed(world) == 0
    await world.works("alice")
    await world.passes(minutes=5)
    world.phone("alice").receives("notice", saying="Update 1 on INC-1 is due now.")
    await world.says("@alice is reminded of update 1, due since 03:15 UTC.")
    assert (await missed(world), await due(world)) == (1, "03:15")
    await world.works("alice")
    await world.passes(minutes=14)
    await world.works("alice")
    await world.passes(minutes=1)
    world.phone("alice").receives("notice", saying="is due now")
    assert await missed(world) == 2
    assert [e.kind for e in await world.timeline()].count("UpdateOverdue") == 2


async def test_the_communications_lead_is_reminded_and_the_commander_told_when_it_is_late(world: World) -> None:
    await taken(world)
    async with world.db.transaction() as tx:
        for role, name in ((RoleName.COMMANDER, "alice"), (RoleName.COMMUNICATIONS_LEAD, "bob")):
            await assigning.assign(tx, (await world.see()).id, role, name, "@carol")
    await world.worker.drain()
    world.airwaves.unread.clear()
    await world.passes(minutes=10)
    world.phone("bob").receives("notice", saying="is due at 03:15 UTC")
    await world.works("alice")
    await world.passes(minutes=5)
    world.phone("bob").receives("notice", saying="is due now")
    world.nobody_else_is_paged()
    await world.passes(minutes=4, seconds=59)
    world.nobody_else_is_paged()
    await world.passes(seconds=1)
    world.phone("alice").receives("notice", saying="was due at 03:15 UTC, and nobody has written it.")
    await world.says("Update 1 is late although @bob was reminded, so @alice is told.")
    await post(world, "Rolling back", by="bob")
    told = world.phone("alice").receives("notice", saying="Rolling back").view.what
    assert "Commander: alice" in told
    await world.says("Update 1 by @bob: Rolling back. To alice.")
    assert not [entry for entry in await world.timeline() if entry.sentence.startswith("Notice to")], "said once"


async def test_an_update_begins_the_interval_anew_and_keeps_what_was_missed(world: World) -> None:
    await taken(world)
    await world.passes(minutes=12)
    await world.works("alice")
    await world.passes(minutes=4)
    for _ in range(2):
        world.phone("alice").receives("notice")
    first = await post(world, "Rolling back v2.3.1", done=("Paged the database team",))
    assert (first.n, await due(world), await missed(world)) == (1, "03:31", 1)
    await world.says("Update 1 by @alice: Rolling back v2.3.1. The next one comes at 03:31 UTC.")
    second = await post(world, "Half of it works", next_update_at=world.clock.now() + timedelta(minutes=40))
    assert (second.n, await due(world)) == (2, "03:56")
    for _ in range(3):
        await world.passes(minutes=11)
        await world.works("alice")
    await world.passes(minutes=1)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    world.phone("alice").receives("notice", saying="Update 3 on INC-1 is due at 03:56 UTC.")


async def test_everybody_who_takes_part_reads_it_but_the_writer(world: World) -> None:
    await taken(world)
    await world.add_responders("alice", "dave")
    world.phone("dave").receives("page")
    await world.acknowledge("dave")
    world.airwaves.unread.clear()
    posted = await post(world, "Rolling back", planned=("Replay the payments",), root_cause="v2.3.1")
    mail = world.phone("dave").receives("notice", by="email", saying="Rolling back")
    assert mail.view.subject == "[SEV-1] INC-1 update 1: Nobody can pay"
    for words in ("- Replay the payments", "Root cause: v2.3.1", "ETA: unknown", "Next update: 03:15 UTC"):
        assert words in mail.view.what
    assert posted.body.replace("03:15 UTC", "") == mail.view.what.replace("03:15 UTC", "")
    await post(world, "Only for the room", audience=(Audience.ROOM,))
    world.nobody_else_is_paged()


async def test_an_eta_is_that_of_the_incident_from_then_on_and_of_later_updates(world: World) -> None:
    await taken(world)
    eta = world.clock.now() + timedelta(hours=1)
    await post(world, "Rolling back", eta=eta)
    assert (await world.see()).eta == eta
    later = await post(world, "It works for half of them")
    assert (later.eta, "ETA: 04:00 UTC" in later.body) == (eta, True)


async def test_a_level_changes_when_the_next_is_due(world: World) -> None:
    await taken(world, "SEV-2")
    assert await due(world) == "03:30"
    await world.grade("alice", "SEV-1")
    assert await due(world) == "03:15"
    await world.grade("alice", "SEV-2")
    await world.passes(minutes=20)
    await world.grade("alice", "SEV-1")
    assert await due(world) == "03:25"
    world.airwaves.unread.clear()


async def test_it_is_due_while_monitored_and_no_more_when_it_is_over(world: World) -> None:
    await taken(world)
    async with world.db.transaction() as tx:
        await incidents.change_status(tx, (await world.see()).id, Status.MONITORING, "@alice")
    assert await due(world) == "03:15"
    await world.resolve("alice")
    assert await due(world) == ""
    world.phone("alice").receives("resolved")
    await world.passes(hours=2)
    await post(world, "All payments are replayed")
    assert await due(world) == ""
    await world.reopen("alice", "not over")
    assert await due(world) == ""
    await world.acknowledge("alice")
    assert await due(world) == "05:15"
    world.airwaves.unread.clear()


async def test_who_works_alone_is_reminded_every_quarter_of_an_hour_and_asked_whether_they_want_help(
    world: World,
) -> None:
    await taken(world, "SEV-3")
    await world.passes(minutes=14, seconds=59)
    world.nobody_else_is_paged()
    await world.passes(seconds=1)
    told = world.phone("alice").receives("notice", saying="Update 1 on INC-1 is due now.")
    assert told.view.what.endswith(
        "You have looked for the cause for 15 minutes. Not found? Ask for help: tocsin escalate INC-1."
    )
    await world.works("alice")
    await world.passes(minutes=14)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    world.phone("alice").receives("notice")


async def test_a_broken_template_stops_no_update_and_the_room_reads_why(world: World) -> None:
    await taken(world)
    row = template_store.EditedRow(TemplateKind.UPDATE, "x", "{{ former }}", "@root", world.clock.now())
    async with world.db.transaction() as tx:
        await template_store.upsert_edited(tx.conn, row)
    assert (await post(world, "Rolling back")).subject == "[SEV-1] INC-1 update 1: Nobody can pay"
    await world.says("The template of update messages cannot be used, so this one went out as it ships.")


async def test_a_drill_says_so_in_every_subject(world: World) -> None:
    await world.declare("Only practice", severity="SEV-1", is_drill=True)
    assert (await post(world, "Nothing is wrong")).subject.startswith("[DRILL] [SEV-1] INC-1")
    world.airwaves.unread.clear()


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"text": " "}, "text", "Say where it stands."),
    ({"text": "x" * 1501}, "text", "Say where it stands."),
    ({"done": ("",)}, "done", "a few words each"),
    ({"planned": ("x",) * 21}, "planned", "a few words each"),
    ({"under_way": ("x" * 301,)}, "under_way", "a few words each"),
    ({"root_cause": "x" * 1501}, "root_cause", "in brief"),
    ({"eta": timedelta(0)}, "eta", "lies ahead"),
    ({"next_update_at": timedelta(0)}, "next_update_at", "--next 30m"),
    ({"next_update_at": timedelta(days=8)}, "next_update_at", "--next 30m"),
]


async def test_what_is_wrong_names_the_field_and_the_remedy_and_says_nothing(world: World) -> None:
    await taken(world)
    for said, field, remedy in WRONG:
        given: dict[str, Any] = {
            name: world.clock.now() + at if isinstance(at, timedelta) else at for name, at in said.items()
        }
        with pytest.raises(Invalid) as refused:
            await post(world, given.pop("text", "Rolling back"), **given)
        assert refused.value.field == field
        assert remedy in refused.value.remedy
    async with world.db.connection() as conn:
        assert await updates.list_updates(conn, (await world.see()).id) == []


async def test_nothing_is_said_about_what_is_closed(world: World) -> None:
    await taken(world)
    async with world.db.transaction() as tx:
        await details.name_cause(tx, (await world.see()).id, "capacity", "@alice")
        await incidents.close(tx, (await world.see()).id, "@alice", "a duplicate", override=True)
    with pytest.raises(Refused):
        await post(world, "One more thing")
    await world.worker.drain()
    world.phone("alice").receives("resolved")


async def test_audiences_that_do_not_exist_are_refused_by_name() -> None:
    assert updates.read_audience([]) == (Audience.INTERNAL,)
    for name, words in (("stakeholders", "comes with status pages"), ("everyone", "There is no audience 'everyone'")):
        with pytest.raises(Invalid, match=words):
            updates.read_audience(["internal", name])
