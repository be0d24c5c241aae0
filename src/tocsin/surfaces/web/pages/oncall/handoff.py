"""The hand-off of a schedule as a form: read it, add to it, sign it, accept it (ONC-5).

Signing sends the notes along, so that what is on the screen is what is signed.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.insights import handoff
from tocsin.insights.handoff import NOTHING, Rights
from tocsin.insights.handoff_model import EntryDraft, EntryKind, Handoff, Record, Stage, stage_of
from tocsin.insights.handoff_text import Section, people, sections
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import whole_number
from tocsin.oncall import service as oncall
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.spans import read_instant, read_local
from tocsin.surfaces.web.visits import viewer_of

_ASKED = {
    EntryKind.ISSUE: ("an ongoing issue", ("owner", "link")),
    EntryKind.WATCH: ("something to watch", ("owner", "link")),
    EntryKind.UPCOMING: ("what comes up", ("at", "link")),
    EntryKind.CONTACT: ("a contact", ("phone",)),
}
"""What each kind of entry is called, and which fields it has besides its text."""

Name = FromPath[str]


class EntryForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form that adds one kind of entry; `asks` are the fields besides the text, with what was typed."""

    kind: str
    words: str
    text: str
    asks: dict[str, str]
    is_open: bool


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    section: Section
    forms: tuple[EntryForm, ...]


class PastView(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier hand-off that was signed; `key` finds it again."""

    words: str
    ends_at: datetime
    key: str
    stage: str


class HandoffView(msgspec.Struct, frozen=True, kw_only=True):
    """`found` None: nobody takes over from anybody. `is_past`: read only, as it was signed. `note` is what was
    typed."""

    schedule: str
    found: Handoff | None
    outgoing: str
    incoming: str
    sections: tuple[SectionView, ...]
    note: str
    rights: Rights
    is_past: bool
    past: tuple[PastView, ...]


@get("/oncall/{schedule:str}/handoff")
async def show_handoff(
    schedule: Name, request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """The one to work on; `of=` an instant: one that was signed, by the end of its shift."""
    asked = request.query_params.get("of", "")
    async with db.connection() as conn:
        view = await _past_view(conn, schedule, asked, visit) if asked else await _view(conn, schedule, visit, {})
    return pages.page("oncall/handoff.html", visit, view=view)


@post("/oncall/{schedule:str}/handoff/note")
async def write_note(
    schedule: Name, visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """Saves the notes."""
    return await _done_or_again(schedule, visit, form, pages, db, is_signed=False)


@post("/oncall/{schedule:str}/handoff/sign")
async def sign(
    schedule: Name, visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """Saves the notes and signs."""
    return await _done_or_again(schedule, visit, form, pages, db, is_signed=True)


async def _done_or_again(
    schedule: str, visit: Visit, form: Mapping[str, str], pages: GivenPages, db: GivenDb, *, is_signed: bool
) -> Response[str] | Redirect:
    try:
        async with db.transaction() as tx:
            await handoff.write_note(tx, schedule, form.get("note", ""), viewer_of(visit))
            if is_signed:
                await handoff.sign(tx, schedule, viewer_of(visit))
    except Invalid as problem:
        async with db.connection() as conn:
            view = await _view(conn, schedule, visit, form)
        return pages.page("oncall/handoff.html", visit, status=400, view=view, problem=problem)
    return _back(schedule)


@post("/oncall/{schedule:str}/handoff/accept")
async def accept(schedule: Name, visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """Shows what was accepted."""
    async with db.transaction() as tx:
        done = await handoff.accept(tx, schedule, viewer_of(visit))
    return Redirect(f"/oncall/{schedule}/handoff?of={_key(done.handover.ends_at)}", status_code=303)


@post("/oncall/{schedule:str}/handoff/entries")
async def add_entry(
    schedule: Name, visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """To the page, or the form again with what is wrong."""
    try:
        async with db.transaction() as tx:
            await handoff.add_entry(tx, schedule, wanted_entry(form, visit), viewer_of(visit))
    except Invalid as problem:
        async with db.connection() as conn:
            view = await _view(conn, schedule, visit, form)
        return pages.page("oncall/handoff.html", visit, status=400, view=view, problem=problem)
    return _back(schedule)


@post("/oncall/{schedule:str}/handoff/strike")
async def strike_entry(schedule: Name, visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    number = whole_number(form.get("entry", ""), 15)
    if number is None:
        raise Invalid("That is no entry.", "Load the page again.", field="entry")
    async with db.transaction() as tx:
        await handoff.strike_entry(tx, schedule, number, viewer_of(visit))
    return _back(schedule)


def wanted_entry(form: Mapping[str, str], visit: Visit) -> EntryDraft:
    """Times are read on the viewer's clock. Raises Invalid."""
    kind, at = form.get("kind", ""), form.get("at", "")
    if kind not in set(EntryKind):
        raise Invalid("What it is, is not among the choices.", "Load the page again.", field="kind")
    when = read_local(at, visit.times.zone, "at") if at else None
    return EntryDraft(
        kind=EntryKind(kind),
        text=form.get("text", ""),
        owner=form.get("owner", ""),
        link=form.get("link", ""),
        phone=form.get("phone", ""),
        at=when,
    )


def _back(schedule: str) -> Redirect:
    return Redirect(f"/oncall/{schedule}/handoff", status_code=303)


async def _view(conn: Conn, name: str, visit: Visit, form: Mapping[str, str]) -> HandoffView:
    """`form` is what was sent and refused, to be shown again."""
    await oncall.get_schedule(conn, name, visit.times.now)
    found = await handoff.find_handoff(conn, name, visit.times.now)
    rights = await handoff.rights_of(conn, viewer_of(visit), found) if found else NOTHING
    past = await handoff.list_past(conn, name, visit.times.now)
    now = found.handover.ends_at if found else None
    return _shown(
        name, found, visit, rights, form, tuple(_past(each) for each in past if each.ends_at != now), is_past=False
    )


async def _past_view(conn: Conn, name: str, asked: str, visit: Visit) -> HandoffView:
    ends_at = read_instant(asked)
    if ends_at is None:
        raise Invalid(f"{asked[:40]!r} is not an instant.", "Choose one from the list of earlier ones.", field="of")
    found = await handoff.get_past(conn, name, ends_at)
    return _shown(name, found, visit, NOTHING, {}, (), is_past=True)


def _shown(
    name: str,
    found: Handoff | None,
    visit: Visit,
    rights: Rights,
    form: Mapping[str, str],
    past: tuple[PastView, ...],
    *,
    is_past: bool,
) -> HandoffView:
    return HandoffView(
        schedule=name,
        found=found,
        outgoing=people(found.handover.outgoing) if found else "",
        incoming=people(found.handover.incoming) if found else "",
        sections=tuple(
            SectionView(section=section, forms=_forms(section, form) if rights.write else ())
            for section in (sections(found.report, visit.times.zone) if found else ())
        ),
        note=form.get("note", found.report.note if found else ""),
        rights=rights,
        is_past=is_past,
        past=past,
    )


def _forms(section: Section, form: Mapping[str, str]) -> tuple[EntryForm, ...]:
    return tuple(
        EntryForm(
            kind=kind.value,
            words=_ASKED[kind][0],
            text=form.get("text", "") if form.get("kind") == kind else "",
            asks={field: form.get(field, "") if form.get("kind") == kind else "" for field in _ASKED[kind][1]},
            is_open=form.get("kind") == kind,
        )
        for kind in section.kinds
    )


def _past(record: Record) -> PastView:
    stage = "accepted" if stage_of(record) is Stage.ACCEPTED else "signed, not accepted"
    return PastView(
        words=f"{people(record.outgoing)} to {people(record.incoming)}",
        ends_at=record.ends_at,
        key=_key(record.ends_at),
        stage=stage,
    )


def _key(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
