"""Use cases of a hand-off: show it, write on it, sign it, accept it (ONC-5). Rules are in `handoff_rules`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Viewer
from tocsin.catalog.notifying import notify
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.insights import handoff_messages as messages
from tocsin.insights import handoff_rules as rules
from tocsin.insights import handoff_store as store
from tocsin.insights.handoff_events import HandoffAccepted, HandoffEdited, HandoffEvent, HandoffSigned
from tocsin.insights.handoff_facts import load_facts, without_private
from tocsin.insights.handoff_model import Entry, EntryDraft, Handoff, Handover, Record, Stage, stage_of
from tocsin.insights.handoff_report import make_report
from tocsin.insights.handoff_text import moment
from tocsin.insights.handoff_turns import LOOK_AHEAD, LOOK_BACK, handovers, shift_began, to_work_on
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Forbidden, NotFound
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule


class Known(NamedTuple):
    """A hand-over with what is kept of it."""

    schedule: Schedule
    handover: Handover
    record: Record | None

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.schedule.time_zone)


class Rights(NamedTuple):
    """What one person may do with a hand-off."""

    write: bool
    sign: bool
    accept: bool


NOTHING = Rights(write=False, sign=False, accept=False)


async def find_handoff(conn: Conn, name: str, now: datetime) -> Handoff | None:
    """The hand-off of a schedule that matters now, None: nobody takes over from anybody. Raises NotFound."""
    known = await _find_known(conn, name, now)
    return None if known is None else await _as_it_stands(conn, known, now)


async def get_handoff(conn: Conn, name: str, now: datetime) -> Handoff:
    """The same; raises NotFound where there is none."""
    return await _as_it_stands(conn, await _get_known(conn, name, now), now)


async def list_past(conn: Conn, name: str, now: datetime) -> list[Record]:
    """The hand-offs of the last ten weeks that somebody signed, the latest first."""
    records = await store.list_records(conn, name, now - LOOK_BACK - LOOK_BACK)
    return [each for each in reversed(records) if each.signature is not None]


async def get_past(conn: Conn, name: str, ends_at: datetime) -> Handoff:
    """One of those, as it was signed. Raises NotFound."""
    record = await store.find_record(conn, name, ends_at)
    if record is None or record.signature is None:
        raise NotFound(f"No hand-off of {name} at that time was signed.", "Its page lists those that were.")
    report = await without_private(conn, record.signature.report)
    handover = Handover(
        schedule=name,
        outgoing=report.outgoing,
        incoming=report.incoming,
        ends_at=report.ends_at,
        starts_at=report.starts_at,
    )
    return Handoff(handover=handover, stage=stage_of(record), report=report, signature=record.signature)


async def rights_of(conn: Conn, viewer: Viewer, found: Handoff) -> Rights:
    """What the viewer may do with it now: for the buttons of a page; every use case decides for itself again."""
    if found.stage is Stage.ACCEPTED:
        return NOTHING
    schedule = await _load_schedule(conn, found.handover.schedule, found.report.made_at)
    circle = await circle_of(conn, schedule)
    signer = found.signature.signed_by if found.signature is not None else ""
    return Rights(
        write=_is_allowed(rules.check_may_write, viewer, circle, people_on(schedule)),
        sign=_is_allowed(rules.check_may_sign, viewer, circle, found.handover),
        accept=found.stage is Stage.SIGNED
        and signer != viewer.actor
        and _is_allowed(rules.check_may_accept, viewer, circle, found.handover),
    )


def _is_allowed(check: Callable[..., None], *facts: object) -> bool:
    try:
        check(*facts)
    except Forbidden:
        return False
    return True


async def circle_of(conn: Conn, schedule: Schedule) -> rules.Circle:
    """Who has to do with a schedule."""
    leads = await accounts.list_team_leads(conn, schedule.team) if schedule.team else []
    return rules.Circle(schedule=schedule.name, team=schedule.team, leads=tuple(each.name for each in leads))


async def write_note(tx: Tx, name: str, note: str, viewer: Viewer) -> Handoff:
    """The outgoing people's own words, all of them. Raises Forbidden, Invalid, NotFound, and Refused once accepted."""
    known = await _get_known(tx.conn, name, tx.now)
    rules.check_may_sign(viewer, await circle_of(tx.conn, known.schedule), known.handover)
    record = await hold(tx, known)
    rules.check_open(record)
    text = rules.check_note(note)
    if text != record.note:
        await store.update_note(tx.conn, record.id, text, viewer.actor, tx.now)
        await _say(tx, HandoffEdited, known, record, viewer.actor, f"{viewer.actor} wrote the notes of")
    return await get_handoff(tx.conn, name, tx.now)


async def add_entry(tx: Tx, name: str, draft: EntryDraft, viewer: Viewer) -> Entry:
    """An entry that stays until it is struck. Raises Forbidden, Invalid and NotFound."""
    schedule = await _load_schedule(tx.conn, name, tx.now)
    await _check_may_write(tx.conn, schedule, viewer)
    entry = await store.insert_entry(
        tx.conn, await store.get_schedule_id(tx.conn, name), rules.check_entry(draft), viewer.actor, tx.now
    )
    await _touch(tx, name, viewer.actor, f"{viewer.actor} added “{entry.text}” to")
    return entry


async def strike_entry(tx: Tx, name: str, entry_id: int, viewer: Viewer) -> None:
    """It is in no report any more; reports that were signed keep it. Raises Forbidden and NotFound."""
    schedule = await _load_schedule(tx.conn, name, tx.now)
    await _check_may_write(tx.conn, schedule, viewer)
    schedule_id = await store.get_schedule_id(tx.conn, name)
    text = await store.strike_entry(tx.conn, schedule_id, entry_id, viewer.actor, tx.now)
    if text is None:
        raise NotFound(f"There is no entry {entry_id} on {name}.", "The hand-off shows their numbers.", field="entry")
    await _touch(tx, name, viewer.actor, f"{viewer.actor} struck “{text}” from")


async def sign(tx: Tx, name: str, viewer: Viewer) -> Handoff:
    """The report as it is now is kept with the signature, and sent to the incoming people. Signed twice without an
    edit between, it is signed once. Raises Forbidden, NotFound, and Refused when it is over."""
    known = await _get_known(tx.conn, name, tx.now)
    rules.check_may_sign(viewer, await circle_of(tx.conn, known.schedule), known.handover)
    record = await hold(tx, known)
    rules.check_open(record)
    if stage_of(record) is not Stage.SIGNED:
        report = make_report(await load_facts(tx.conn, known.schedule, known.handover, record, tx.now), tx.now)
        await store.insert_signature(tx.conn, record.id, report, viewer.actor, tx.now)
        await _say(tx, HandoffSigned, known, record, viewer.actor, f"{viewer.actor} signed")
        await tell(tx, known.handover.incoming, record, messages.signed(report, viewer.actor, known.zone))
    return await get_handoff(tx.conn, name, tx.now)


async def accept(tx: Tx, name: str, viewer: Viewer) -> Handoff:
    """The incoming side has it. Raises Forbidden, NotFound, and Refused unless it is signed as it stands."""
    known = await _get_known(tx.conn, name, tx.now)
    rules.check_may_accept(viewer, await circle_of(tx.conn, known.schedule), known.handover)
    record = await hold(tx, known)
    rules.check_acceptable(record, viewer)
    assert record.signature is not None  # what is acceptable is signed
    await store.update_accepted(tx.conn, record.signature.id, viewer.actor, tx.now)
    await _say(tx, HandoffAccepted, known, record, viewer.actor, f"{viewer.actor} accepted")
    accepted = await store.find_record(tx.conn, name, known.handover.ends_at)
    return await _as_it_stands(tx.conn, known._replace(record=accepted), tx.now)


async def hold(tx: Tx, known: Known) -> Record:
    """The record of a hand-over, made when it is missing, under the lock of its schedule."""
    name, handover = known.schedule.name, known.handover
    schedule_id = await store.get_schedule_id(tx.conn, name)
    await store.lock_schedule(tx.conn, schedule_id)
    await store.move_record(tx.conn, schedule_id, handover, shift_began(known.schedule, handover))
    await store.upsert_record(tx.conn, schedule_id, handover)
    record = await store.find_record(tx.conn, name, handover.ends_at)
    assert record is not None  # it was written above
    return record


async def tell(tx: Tx, names: Sequence[str], record: Record, message: MessageView) -> None:
    """These people, by their rules for what is not urgent."""
    for user in await accounts.list_users_by_name(tx.conn, list(names)):
        await notify(
            tx,
            Notification(
                user_id=user.id,
                topic=f"handoff/{record.id}",
                purpose=Purpose.NOTICE,
                message=message,
                urgency=Urgency.LOW,
                prio=BULK,
                cause=f"handoff/{record.id}",
            ),
        )


async def _load_schedule(conn: Conn, name: str, now: datetime) -> Schedule:
    return await oncall.get_schedule(conn, name, now - LOOK_BACK - LOOK_BACK)


async def _find_known(conn: Conn, name: str, now: datetime) -> Known | None:
    schedule = await _load_schedule(conn, name, now)
    found = list(handovers(schedule, now - LOOK_BACK, now + LOOK_AHEAD))
    records = {each.ends_at: each for each in await store.list_records(conn, name, now - LOOK_BACK - LOOK_BACK)}
    accepted = frozenset(at for at, record in records.items() if stage_of(record) is Stage.ACCEPTED)
    handover = to_work_on(found, accepted, now)
    return None if handover is None else Known(schedule, handover, records.get(handover.ends_at))


async def _get_known(conn: Conn, name: str, now: datetime) -> Known:
    known = await _find_known(conn, name, now)
    if known is None:
        raise NotFound(
            f"Nobody takes over {name} from anybody within five weeks.",
            "A hand-off is between two people: tocsin oncall shows who is on call.",
            field="schedule",
        )
    return known


async def _as_it_stands(conn: Conn, known: Known, now: datetime) -> Handoff:
    """What was accepted is shown as it was signed; everything else as it is now."""
    stage = stage_of(known.record)
    signature = known.record.signature if known.record is not None else None
    if stage is Stage.ACCEPTED and signature is not None:
        report = await without_private(conn, signature.report)
    else:
        report = make_report(await load_facts(conn, known.schedule, known.handover, known.record, now), now)
    return Handoff(handover=known.handover, stage=stage, report=report, signature=signature)


async def _check_may_write(conn: Conn, schedule: Schedule, viewer: Viewer) -> None:
    rules.check_may_write(viewer, await circle_of(conn, schedule), people_on(schedule))


def people_on(schedule: Schedule) -> list[str]:
    """Everybody whom a layer or an override names."""
    on_it = {name for layer in schedule.layers for turn in layer.users for name in turn}
    return sorted(on_it | {override.user for override in schedule.overrides})


async def _touch(tx: Tx, name: str, by: str, words: str) -> None:
    """An entry has changed: a hand-off that was signed and not accepted needs a new signature."""
    known = await _find_known(tx.conn, name, tx.now)
    if known is None:
        return
    record = await hold(tx, known)
    if stage_of(record) is not Stage.ACCEPTED:
        await store.update_edited(tx.conn, record.id, by, tx.now)
    await _say(tx, HandoffEdited, known, record, by, words)


async def _say(tx: Tx, kind: type[HandoffEvent], known: Known, record: Record, by: str, words: str) -> None:
    at = moment(known.handover.ends_at, known.zone)
    await tx.emit(
        kind(
            topic=f"schedule/{record.schedule_id}",
            sentence=f"{words} the hand-off of {known.schedule.name} of {at}",
            actor=by,
            schedule=known.schedule.name,
            ends_at=known.handover.ends_at,
        )
    )
