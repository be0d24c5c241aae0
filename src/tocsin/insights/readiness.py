"""Use cases of readiness: look at a person before their shift, send a test page, try the access probes (ONC-6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, User, Viewer
from tocsin.accounts.service import audit
from tocsin.catalog.notifying import notify
from tocsin.delivery import proofs
from tocsin.delivery import service as delivery
from tocsin.delivery.model import Contact, Delivery, MessageView, Notification, Purpose, Urgency
from tocsin.delivery.proof_model import ProofState, Record
from tocsin.delivery.proof_rules import standing
from tocsin.insights import handoff_store
from tocsin.insights import readiness_store as store
from tocsin.insights.handoff import circle_of, people_on
from tocsin.insights.handoff_facts import list_incidents_of, list_service_names
from tocsin.insights.handoff_model import EntryKind
from tocsin.insights.handoff_rules import check_may_write
from tocsin.insights.handoff_turns import LOOK_AHEAD, Turn, turns
from tocsin.insights.readiness_model import AccessProbe, Facts, LastTest, Proof, Readiness
from tocsin.insights.readiness_rules import PUBLISHED, RECENT, check
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Forbidden, NotFound, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule
from tocsin.postmortems.action_model import ActionFilter
from tocsin.postmortems.actions import list_overdue
from tocsin.postmortems.readers import list_unread

LANE = "insights"
PROBE = "insights.probe"
TEST_EVERY = timedelta(seconds=30)


async def check_schedule(conn: Conn, name: str, viewer: Viewer, now: datetime) -> list[Readiness]:
    """Of those who take over next; where nobody does, of those who are on call. Raises Forbidden and NotFound."""
    schedule = await oncall.get_schedule(conn, name, now)
    check_may_write(viewer, await circle_of(conn, schedule), people_on(schedule))
    found = list(turns(schedule, now, now + LOOK_AHEAD))
    turn = next((each for each in found if each.starts_at > now), found[0] if found else None)
    if turn is None:
        raise NotFound(f"Nobody is on call in {name} within five weeks.", "tocsin oncall gaps shows why.")
    users = await accounts.list_users_by_name(conn, list(turn.users))
    return [await check_person(conn, schedule, user, turn.starts_at, now) for user in users]


async def check_own(conn: Conn, name: str, viewer: Viewer, now: datetime) -> list[Readiness]:
    """Of one person, before the next shift in each schedule where they have one: one's own, or somebody's whom the
    viewer may see there. Raises NotFound for an unknown person."""
    user = await accounts.get_user_by_name(conn, name)
    found: list[Readiness] = []
    for schedule in await oncall.list_schedules(conn, now):
        turn = next_turn_of(schedule, user.name, now) if user.name in people_on(schedule) else None
        if turn is None:
            continue
        if viewer.user_id != user.id:
            check_may_write(viewer, await circle_of(conn, schedule), people_on(schedule))
        found.append(await check_person(conn, schedule, user, turn.starts_at, now))
    return found


def next_turn_of(schedule: Schedule, person: str, now: datetime) -> Turn | None:
    """The turn that somebody begins next, else the one under way."""
    own = [turn for turn in turns(schedule, now, now + LOOK_AHEAD) if person in turn.users]
    return next((turn for turn in own if turn.starts_at > now), own[0] if own else None)


async def check_person(conn: Conn, schedule: Schedule, user: User, starts_at: datetime, now: datetime) -> Readiness:
    """One person before one shift."""
    probes = await store.list_probes(conn, schedule.team) if schedule.team else []
    entries = await handoff_store.list_entries(conn, schedule.name)
    facts = Facts(
        schedule=schedule.name,
        time_zone=schedule.time_zone,
        person=user.name,
        starts_at=starts_at,
        proofs=tuple(proofs_of((await proofs.list_ways(conn, [user])).get(user.id, []), now)),
        test=test_page_of(await delivery.list_deliveries(conn, _topic(user))),
        probes=tuple(probes),
        incidents=tuple(await list_incidents_of(conn, schedule, now - RECENT)),
        issues=tuple(each for each in entries if each.kind is EntryKind.ISSUE),
        unread=tuple(await list_unread(conn, user.id, await list_service_names(conn, schedule), now - PUBLISHED)),
        overdue=await list_overdue(conn, ActionFilter(owner=user.name), now),
    )
    return check(facts, now)


def proofs_of(ways: Sequence[tuple[Contact, Record]], now: datetime) -> list[Proof]:
    """When each contact that may be told was last answered by, and whether a test of it was missed since."""
    return [
        Proof(
            number=number,
            kind=contact.kind,
            proven_at=record.answered_at,
            is_missed=standing(record, now).state is ProofState.MISSED,
        )
        for number, (contact, record) in enumerate(ways, 1)
        if contact.is_confirmed
    ]


def test_page_of(deliveries: Sequence[Delivery]) -> LastTest | None:
    """The last test page, or the last one that was answered; by whichever of its ways."""
    answered = [each for each in deliveries if each.link_used_at is not None]
    last = max(answered or deliveries, key=lambda each: each.link_used_at or each.requested_at, default=None)
    return None if last is None else LastTest(sent_at=last.requested_at, answered_at=last.link_used_at)


async def send_test_page(tx: Tx, name: str, viewer: Viewer) -> None:
    """A page as a real one comes, by the person's own rules for what is urgent; its link answers it. Raises Forbidden,
    NotFound, and Refused when one was sent a moment ago or there is no way to reach them."""
    user = await accounts.get_user_by_name(tx.conn, name)
    if viewer.user_id != user.id and not viewer.may(Permission.ADMINISTER):
        raise Forbidden(f"A test page for {user.name} is theirs to ask for.", "An administrator may, too.")
    sent = await delivery.list_deliveries(tx.conn, _topic(user))
    if sent and sent[-1].requested_at > tx.now - TEST_EVERY:
        raise Refused("A test page was sent a moment ago.", "Try again in half a minute.")
    made = await notify(
        tx,
        Notification(
            user_id=user.id,
            topic=_topic(user),
            purpose=Purpose.TEST,
            message=MessageView(
                title=f"Test page for {user.name}",
                what="This is how a page comes to you. Answer it, then you are known to be reachable.",
                url="/me/notifications",
                can_acknowledge=True,
            ),
            urgency=Urgency.HIGH,
        ),
    )
    if not made:
        raise Refused(f"There is no way to reach {user.name}.", "Add a contact first.")
    await audit(tx, viewer.actor, "sent a test page to", f"@{user.name}")


async def ask_for_probes(tx: Tx, name: str, viewer: Viewer) -> int:
    """A worker tries the access probes of the schedule's team at once; gives how many there are."""
    schedule = await oncall.get_schedule(tx.conn, name, tx.now)
    check_may_write(viewer, await circle_of(tx.conn, schedule), people_on(schedule))
    probes = await store.list_probes(tx.conn, schedule.team) if schedule.team else []
    if not probes:
        raise NotFound(
            f"The team of {name} has no access probes.",
            "Write them under access_probes: of the team.",
            field="schedule",
        )
    job = jobs.NewJob(
        kind=PROBE, payload={"team": schedule.team}, lane=LANE, run_at=tx.now, key=f"{PROBE}:{schedule.team}"
    )
    await jobs.enqueue(tx, job)
    return len(probes)


async def put_probes(tx: Tx, team: str, probes: Sequence[AccessProbe]) -> None:
    """Make the probes of a team exactly these; what was found is forgotten where they change."""
    known = [AccessProbe(name=p.name, url=p.url, command=p.command) for p in await store.list_probes(tx.conn, team)]
    if known != list(probes):
        await store.delete_probes(tx.conn, team)
        await store.insert_probes(tx.conn, team, probes)


async def list_all_probes(conn: Conn) -> dict[str, tuple[AccessProbe, ...]]:
    """The probes of every team that has some, by the team's name."""
    found: dict[str, tuple[AccessProbe, ...]] = {}
    for team, probe in await store.list_all_probes(conn):
        found[team] = (*found.get(team, ()), probe)
    return found


def _topic(user: User) -> str:
    """What the test pages of a person are about."""
    return f"readiness/{user.id}"
