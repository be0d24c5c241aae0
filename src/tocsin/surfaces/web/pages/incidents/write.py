"""What is written in the room: entries of its timeline, how a pasted text is understood, and corrections (WAR-2)."""

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Response

from tocsin.incidents import service as incidents
from tocsin.incidents import timeline, writing
from tocsin.incidents.model import EntryType, Incident
from tocsin.incidents.record import RecordEntry, may_correct
from tocsin.incidents.task_model import TaskDraft, check_text, read_command
from tocsin.incidents.text_format import ParsedEntry
from tocsin.kernel.errors import Invalid, NotFound, TocsinError
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.pages.incidents.entries import correct_path
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.pages.incidents.room import ENTRY_TYPES
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import Form, viewer_of


class UnderstoodView(msgspec.Struct, frozen=True, kw_only=True):
    """How a text will be written; `wrong` is why it will not. Nothing at all: as it stands there."""

    entries: tuple[ParsedEntry, ...] = ()
    task: TaskDraft | None = None
    wrong: TocsinError | None = None


class CorrectionView(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a correction: the entry, and what its field holds."""

    ref: str
    room_path: str
    action: str
    entry: RecordEntry
    text: str


@post("/incidents/{ref:str}/notes")
async def add_note(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """One entry, or several lines in the text format; each of the kind that it names, else of the one chosen."""
    entry_type = type_chosen(form)
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "write on the timeline of")
        await writing.write(tx, incident, viewer_of(visit).actor, form.get("text", ""), entry_type)
    return done(request, incident)


@post("/incidents/{ref:str}/notes/understood", status_code=200)
async def show_understood(
    ref: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """How what is being typed will be written, for the composer; empty where that is plain to see."""
    viewer, text = viewer_of(visit), form.get("text", "")
    async with db.connection() as conn:
        await incidents.get_incident_to(conn, viewer, ref, f"write on the timeline of {ref}")
        task = read_command(text)
        try:
            if task is not None:
                check_text(task.text)
            entries = (
                [] if task else await writing.understand(conn, viewer.actor, text, type_chosen(form), visit.times.now)
            )
            view = UnderstoodView(entries=tuple(entries) if _needs_showing(entries, text) else (), task=task)
        except TocsinError as wrong:
            view = UnderstoodView(wrong=wrong) if text.strip() else UnderstoodView()
    return pages.page("incidents/_understood.html", visit, view=view)


@get("/incidents/{ref:str}/entries/{entry:int}/correct")
async def show_correction(
    ref: FromPath[str], entry: FromPath[int], visit: GivenVisit, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """The form, for whoever may."""
    viewer = viewer_of(visit)
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        found = await timeline.find_entry(conn, incident, entry)
    if not may_correct(viewer, found):
        raise NotFound(
            f"There is no entry {entry} that you may correct.", "Its author may, and a manager.", field="entry"
        )
    return pages.page("incidents/correct.html", visit, view=_correction_view(incident, found, found.text))


@post("/incidents/{ref:str}/entries/{entry:int}/correct")
async def correct_entry(
    request: AnyRequest,
    ref: FromPath[str],
    entry: FromPath[int],
    visit: GivenVisit,
    form: GivenForm,
    pages: GivenPages,
    db: GivenDb,
) -> Answer | Response[str]:
    """What it says from now on; a refusal keeps what was typed."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "correct what is written about")
        found = await timeline.find_entry(tx.conn, incident, entry)
        try:
            await writing.correct(tx, viewer_of(visit), incident, entry, form.get("text", ""))
        except Invalid as problem:
            view = _correction_view(incident, found, form.get("text", ""))
            return pages.page("incidents/correct.html", visit, status=400, view=view, problem=problem)
    return done(request, incident)


def type_chosen(form: Form) -> EntryType:
    """The kind that the composer was set to. Raises Invalid for one that it does not offer."""
    chosen = form.get("type", ENTRY_TYPES[0])
    if chosen not in ENTRY_TYPES:
        raise Invalid(f"There is no entry of kind {chosen!r}.", f"Use one of {', '.join(ENTRY_TYPES)}.", field="type")
    return EntryType(chosen)


def _needs_showing(entries: list[ParsedEntry], text: str) -> bool:
    return any(entry.text != text.strip() for entry in entries)


def _correction_view(incident: Incident, entry: RecordEntry, text: str) -> CorrectionView:
    return CorrectionView(
        ref=incident_ref(incident.number),
        room_path=incident_path(incident.number),
        action=correct_path(incident.number, entry.id),
        entry=entry,
        text=text,
    )
