"""The editor of a postmortem: plain text beside its preview, what sounds like blame, and what to do when two save.

It works without script: every button is one of the form. With script the preview follows while one types.
"""

import asyncio

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.kernel.difference import Line, compare, shortened
from tocsin.kernel.errors import Invalid, Refused, TocsinError
from tocsin.kernel.markdown import Document, render
from tocsin.kernel.text import whole_number
from tocsin.postmortems import blameless, service
from tocsin.postmortems.blameless import Finding
from tocsin.postmortems.model import MAX_BODY, Version
from tocsin.postmortems.publishing import open_questions
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.postmortems.reading import (
    LARGEST_FORM,
    PREFIX,
    Head,
    load_to_edit,
    postmortem_path,
    work_on,
)
from tocsin.surfaces.web.pages.postmortems.review import version_of
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.visits import viewer_of


class PreviewView(msgspec.Struct, frozen=True, kw_only=True):
    """What a text looks like, and what is to be looked at in it."""

    text: str
    document: Document
    findings: tuple[Finding, ...]
    questions: int


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has saved meanwhile: `theirs` is the version, `changes` what it changed of the one that was edited."""

    theirs: Version
    changes: tuple[Line, ...]


class EditView(msgspec.Struct, frozen=True, kw_only=True):
    """`body` and `note` stand in the form, `seen` is the version that a save replaces."""

    head: Head
    body: str
    note: str
    seen: int
    preview: PreviewView
    conflict: Conflict | None


@get("/postmortems/{ref:str}/edit")
async def show_editor(ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The text as it is, beside how it reads."""
    async with db.connection() as conn:
        head = await load_to_edit(conn, visit, ref)
    return await _page(pages, visit, head, head.postmortem.body, seen=head.postmortem.version)


@post("/postmortems/{ref:str}/edit", request_max_body_size=LARGEST_FORM)
async def save_text(
    ref: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """To the reading view; or the form again: with the preview that was asked for, with a wording that was taken, with
    what is wrong, or with what somebody else has saved. Nothing that was typed is lost.
    """
    body, seen, note = form.get("body", ""), version_of(form), form.get("note", "")
    problem: TocsinError | None = None
    if "preview" not in form and "take" not in form:
        try:
            async with db.transaction() as tx:
                incident = await work_on(tx, visit, ref, "edit")
                await service.edit(tx, incident.id, body, seen, viewer_of(visit).actor, note=note)
            return Redirect(postmortem_path(incident.number), status_code=303)
        except (Invalid, Refused) as refusal:
            problem = refusal
    async with db.connection() as conn:
        head = await load_to_edit(conn, visit, ref)
        versions = await service.list_versions(conn, head.postmortem.incident_id) if problem else []
    if "take" in form:
        body = await asyncio.to_thread(_reworded, body, form["take"])
    conflict = None
    if problem is not None and problem.field == "version":
        conflict = await asyncio.to_thread(_conflict, versions, seen)
    seen = head.postmortem.version if conflict is not None else seen
    return await _page(pages, visit, head, body, seen=seen, note=note, problem=problem, conflict=conflict)


@post("/postmortems/{ref:str}/preview", status_code=200, request_max_body_size=LARGEST_FORM)
async def preview_text(
    ref: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """What is being typed, as the part of the page that shows it."""
    async with db.connection() as conn:
        await load_to_edit(conn, visit, ref)
    view = await preview_of(form.get("body", ""))
    return pages.page("postmortems/_preview.html", visit, view=view)


async def preview_of(body: str) -> PreviewView:
    """In a thread of its own, since a long text takes some time. What is too long to be saved is cut."""
    return await asyncio.to_thread(_preview, body[:MAX_BODY])


def _preview(body: str) -> PreviewView:
    return PreviewView(
        text=body,
        document=render(body, prefix=PREFIX),
        findings=tuple(blameless.check(body)),
        questions=len(open_questions(body)),
    )


def _reworded(body: str, chosen: str) -> str:
    """With the wording of the finding of that number, counted from 0; as it was, when there is none."""
    number = whole_number(chosen, 5)
    findings = dict(enumerate(blameless.check(body[:MAX_BODY])))  # those that the preview has shown
    finding = findings.get(number) if number is not None else None
    if finding is None or not finding.is_wording:
        return body
    return body[: finding.begins] + finding.rewording + body[finding.ends :]


def _conflict(versions: list[Version], seen: int) -> Conflict | None:
    """None: what was wrong is something else."""
    by_number = {version.version: version for version in versions}
    theirs, mine = versions[-1], by_number.get(seen)
    if theirs.version == seen:
        return None
    changes = shortened(compare(mine.body if mine is not None else "", theirs.body))
    return Conflict(theirs=theirs, changes=tuple(changes))


async def _page(
    pages: Pages,
    visit: Visit,
    head: Head,
    body: str,
    *,
    seen: int,
    note: str = "",
    problem: TocsinError | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    preview = await preview_of(body)
    view = EditView(head=head, body=body, note=note, seen=seen, preview=preview, conflict=conflict)
    status = 409 if conflict is not None else 400 if problem is not None else 200
    return pages.page("postmortems/edit.html", visit, status=status, view=view, problem=problem)
