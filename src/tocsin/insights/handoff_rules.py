"""Who may write, sign and accept a hand-off, what may be written, and what falls due around it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from tocsin.accounts.model import Permission, Role, Viewer
from tocsin.insights.handoff_model import (
    LONGEST_NOTE,
    LONGEST_TEXT,
    EntryDraft,
    EntryKind,
    Handover,
    Record,
    Stage,
    stage_of,
)
from tocsin.insights.handoff_text import people
from tocsin.kernel.errors import Forbidden, Invalid, Refused
from tocsin.kernel.localtime import instant_of, local_of
from tocsin.kernel.text import one_line

MORNING = time(9)
"""When a lead hears of last night's hand-off that nobody signed, on the clock of the schedule."""

_SOON = timedelta(hours=1)
_TELL_WITHIN = timedelta(hours=12)
"""Older omissions are not told: after an outage nobody wants to hear of last week's."""
_SHORT = 100


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """Those who have to do with a schedule: its team by name, and who leads that."""

    schedule: str
    team: str | None
    leads: tuple[str, ...]

    def may_act_for_others(self, viewer: Viewer) -> bool:
        """Leads of the team, managers and administrators may."""
        return viewer.name in self.leads or viewer.role.rank >= Role.MANAGER.rank


def check_may_write(viewer: Viewer, circle: Circle, people_on_it: Sequence[str]) -> None:
    """Entries: the people of the schedule and of its team, and whoever may act for them. Raises Forbidden."""
    viewer.require(Permission.SCHEDULE, "write on a hand-off")
    is_of_team = circle.team is not None and circle.team in viewer.teams
    if not (is_of_team or viewer.name in people_on_it or circle.may_act_for_others(viewer)):
        raise Forbidden(
            f"{viewer.actor} has nothing to do with {circle.schedule}.",
            f"Ask somebody of {circle.team or circle.schedule} to write it.",
        )


def check_may_sign(viewer: Viewer, circle: Circle, handover: Handover) -> None:
    """The note and the signature are the outgoing people's. Raises Forbidden."""
    _check_side(viewer, circle, handover.outgoing, "is signed by whoever hands over")


def check_may_accept(viewer: Viewer, circle: Circle, handover: Handover) -> None:
    """Raises Forbidden."""
    _check_side(viewer, circle, handover.incoming, "is accepted by whoever takes over")


def _check_side(viewer: Viewer, circle: Circle, side: Sequence[str], rule: str) -> None:
    viewer.require(Permission.SCHEDULE, "sign or accept a hand-off")
    if viewer.name not in side and not circle.may_act_for_others(viewer):
        raise Forbidden(f"This hand-off {rule}: {people(side)}.", "A lead of the team or a manager may act for them.")


def check_open(record: Record | None) -> None:
    """Raises Refused when the hand-off has been accepted: then it is history."""
    if record is not None and record.signature is not None and stage_of(record) is Stage.ACCEPTED:
        raise Refused(
            f"This hand-off was accepted by {record.signature.accepted_by}.",
            "Write it into the next one, or add it as an entry, which stays.",
        )


def check_acceptable(record: Record | None, viewer: Viewer) -> None:
    """Raises Refused unless it is signed as it stands, by somebody else."""
    match stage_of(record):
        case Stage.DRAFT:
            raise Refused("Nobody has signed this hand-off yet.", "It is accepted once it is signed.")
        case Stage.CHANGED:
            raise Refused("This hand-off was changed after it was signed.", "It has to be signed again first.")
        case Stage.ACCEPTED:
            check_open(record)
        case Stage.SIGNED:
            if record is not None and record.signature is not None and record.signature.signed_by == viewer.actor:
                raise Refused("Nobody accepts what they signed themselves.", "Let somebody who takes over accept it.")


def check_note(note: str) -> str:
    """Raises Invalid for one that is too long."""
    if len(note) > LONGEST_NOTE:
        raise Invalid(f"The note is longer than {LONGEST_NOTE} characters.", "Link to the long part.", field="note")
    return note.strip()


def check_entry(draft: EntryDraft) -> EntryDraft:
    """The draft in its normal form. Raises Invalid naming the field."""
    text = one_line(draft.text)
    if not 0 < len(text) <= LONGEST_TEXT:
        raise Invalid(f"An entry has a text of at most {LONGEST_TEXT} characters.", "Say it in a line.", field="text")
    if draft.kind is EntryKind.ISSUE and not draft.owner.strip():
        raise Invalid("An ongoing issue has an owner.", "Say who is at it.", field="owner")
    for field in ("owner", "phone"):
        if len(getattr(draft, field)) > _SHORT:
            raise Invalid(f"{field} is longer than {_SHORT} characters.", "Shorten it.", field=field)
    return msgspec.structs.replace(
        draft,
        text=text,
        owner=one_line(draft.owner),
        phone=one_line(draft.phone),
        link=check_link(draft.link.strip()),
    )


def check_link(link: str) -> str:
    """A web address or nothing: a page makes a link of it (SEC-7). Raises Invalid."""
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = None
    if link and (parts is None or parts.scheme not in ("http", "https") or not parts.hostname or len(link) > 2000):
        raise Invalid(f"{link[:60]!r} is no web address.", "Write it as https://example.com/1.", field="link")
    return link


class Deed(StrEnum):
    """What falls due around a hand-over."""

    DRAFT = "draft"  # the outgoing people get the draft
    MISSED = "missed"  # nobody has signed at the hand-over: both sides are told, once
    LEAD = "lead"  # nor by the next morning: the lead is told


def find_due(
    handover: Handover, record: Record | None, zone: ZoneInfo, draft_before: timedelta, now: datetime
) -> Deed | None:
    """The one thing to do now. Whoever got no draft is not blamed for not signing it."""
    if stage_of(record) in (Stage.SIGNED, Stage.ACCEPTED):
        return None
    if record is None or record.drafted_at is None:
        return Deed.DRAFT if handover.ends_at - draft_before <= now < handover.ends_at else None
    if now < handover.ends_at:
        return None
    if record.missed_at is None:
        return Deed.MISSED if now < handover.ends_at + _TELL_WITHIN else None
    morning = morning_after(handover.ends_at, zone)
    is_due = record.lead_told_at is None and morning <= now < morning + _TELL_WITHIN
    return Deed.LEAD if is_due else None


def morning_after(at: datetime, zone: ZoneInfo) -> datetime:
    """The first nine o'clock there that is at least an hour away."""
    local = local_of(at + _SOON, zone)
    day = local.date() if local.time() <= MORNING else local.date() + timedelta(days=1)
    return instant_of(datetime.combine(day, MORNING), zone)
