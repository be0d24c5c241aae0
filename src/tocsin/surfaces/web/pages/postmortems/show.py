"""The reading view of a postmortem: the document, what is known of it beside it, and what colleagues say below it."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.markdown import Document, render
from tocsin.postmortems import review, service
from tocsin.postmortems.drawing import draw, list_shown
from tocsin.postmortems.layouts import LAYOUTS
from tocsin.postmortems.model import Reader
from tocsin.postmortems.own_templates import list_known
from tocsin.postmortems.picturing import with_drawings
from tocsin.postmortems.publishing import Gap
from tocsin.postmortems.readers import list_readers
from tocsin.postmortems.review_model import Comment, Reviewer, stands_in
from tocsin.postmortems.templates import Template
from tocsin.postmortems.wiki import find_copy
from tocsin.postmortems.wiki_model import WikiCopy, WikiPlace
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.pages.actions.lines import ActionsPart, load_part
from tocsin.surfaces.web.pages.postmortems import cost
from tocsin.surfaces.web.pages.postmortems.reading import (
    PREFIX,
    GivenOpened,
    Head,
    Opened,
    load_head,
    load_incident,
    postmortem_path,
    work_on,
)
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import viewer_of

FIELDS_BELOW = ("text", "quote", "note", "reviewers", "reason", "although_private", *cost.FIELDS)
"""A refusal of one of them stands beside it, not above the document."""


class CommentView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_gone`: the passage that it quotes is no longer in the text."""

    comment: Comment
    is_gone: bool


class ReviewerView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_past`: what they said is of an earlier version."""

    reviewer: Reviewer
    is_past: bool


class WikiPart(NamedTuple):
    """Where it is, or can be, published besides; `copy` None: nobody has asked for that."""

    place: WikiPlace
    copy: WikiCopy | None
    is_private: bool


class ShowView(msgspec.Struct, frozen=True, kw_only=True):
    """`typed` is what a refused form held, by field; `has_read`: the viewer has, the latest version."""

    head: Head
    document: Document
    comments: tuple[CommentView, ...]
    reviewers: tuple[ReviewerView, ...]
    gaps: tuple[Gap, ...]
    actions: ActionsPart
    cost: cost.CostPart
    readers: tuple[Reader, ...]
    has_read: bool
    wiki: WikiPart | None
    is_own: bool
    typed: dict[str, str]
    fields_below: tuple[str, ...] = FIELDS_BELOW


class NoneView(msgspec.Struct, frozen=True, kw_only=True):
    """There is no postmortem yet."""

    ref: str
    path: str
    room_path: str
    title: str
    is_open: bool
    may_draft: bool
    cause: str
    templates: tuple[Template, ...]
    layouts: tuple[str, ...]


@get("/postmortems/{ref:str}")
async def show_postmortem(opened: GivenOpened) -> Response[str]:
    """The page; where there is none yet, the way to one."""
    async with opened.db.connection() as conn:
        incident = await load_incident(conn, opened.visit, opened.ref)
        found = await service.find(conn, incident.id)
        known = await list_known(conn)
    if found is None:
        view = _none_view(opened.visit, incident, known.values())
        return opened.pages.page("postmortems/none.html", opened.visit, view=view)
    return await show_page(opened)


@post("/postmortems/{ref:str}/draft")
async def draft_postmortem(ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """Made of the record as it stands, with the template and the layout of choice."""
    async with db.transaction() as tx:
        incident = await work_on(tx, visit, ref, "draft")
        by, again = viewer_of(visit).actor, form.get("again") == "yes"
        template, layout = form.get("template") or None, form.get("layout") or None
        await service.draft(tx, incident.id, by, template=template, layout=layout, again=again)
    return Redirect(postmortem_path(incident.number), status_code=303)


async def show_page(
    opened: Opened, *, problem: TocsinError | None = None, typed: dict[str, str] | None = None
) -> Response[str]:
    """The reading view, with the refusal of a form of it."""
    visit, wiki = opened.visit, opened.site.wiki
    async with opened.db.connection() as conn:
        head = await load_head(conn, visit, opened.ref)
        comments = await review.list_comments(conn, head.postmortem)
        reviewers = await review.list_reviewers(conn, head.postmortem)
        gaps = await review.find_gaps(conn, head.postmortem)
        incident = await load_incident(conn, visit, opened.ref)
        actions = await load_part(conn, incident, visit, postmortem_path(incident.number))
        figures = await cost.load_cost(conn, incident)
        shown = await list_shown(conn, head.postmortem)
        readers = await list_readers(conn, head.postmortem)
        copy = await find_copy(conn, head.postmortem)
    text, version = head.postmortem.body, head.postmortem.version
    document = await asyncio.to_thread(render, text, prefix=PREFIX)
    drawings = await draw(opened.charts, shown, "page")
    view = ShowView(
        head=head,
        document=msgspec.structs.replace(document, html=with_drawings(document.html, incident.number, drawings)),
        comments=tuple(
            CommentView(comment=each, is_gone=bool(each.quote) and not stands_in(each.quote, text)) for each in comments
        ),
        reviewers=tuple(ReviewerView(reviewer=each, is_past=each.version not in (None, version)) for each in reviewers),
        gaps=tuple(gaps),
        actions=actions,
        cost=figures,
        readers=tuple(readers),
        has_read=any((each.name, each.version) == (viewer_of(visit).name, version) for each in readers),
        wiki=WikiPart(wiki, copy, incident.is_private) if wiki and head.postmortem.is_published else None,
        is_own=head.postmortem.owner == viewer_of(visit).name,
        typed=typed or {},
    )
    status = 400 if problem else 200
    return opened.pages.page("postmortems/show.html", visit, status=status, view=view, problem=problem)


def _none_view(visit: Visit, incident: Incident, templates: Iterable[Template]) -> NoneView:
    return NoneView(
        ref=incident_ref(incident.number),
        path=postmortem_path(incident.number),
        room_path=incident_path(incident.number),
        title=incident.title,
        is_open=incident.is_open,
        may_draft=viewer_of(visit).may(Permission.RESPOND),
        cause=(incident.cause_category or "").replace("-", " "),
        templates=tuple(templates),
        layouts=tuple(LAYOUTS),
    )
