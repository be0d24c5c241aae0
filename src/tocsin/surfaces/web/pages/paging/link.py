"""What stands behind a message's link: for whom it acts, and the one screen that it shows (SEC-6).

The link names a delivery, so it acts for the person to whom that message went. What its buttons do is in
`acknowledge_link` and `answer_by_link`.
"""

from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from litestar.params import PathParameter
from litestar.response import Response

from tocsin.catalog import service as catalog
from tocsin.db.database import Database
from tocsin.delivery import service as delivery
from tocsin.delivery.model import Delivery
from tocsin.delivery.service import AckLink
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import joined
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.paging import service as paging
from tocsin.paging.by_delivery import incident_of, no_such_message
from tocsin.paging.model import BESIDE, Page, PageState, Story
from tocsin.paging.moves import Move, Standing, list_moves
from tocsin.surfaces.web.incident_lines import LevelView, level_view
from tocsin.surfaces.web.pages.incidents.facts import FactsView, facts_view
from tocsin.surfaces.web.pages.paging.pager import SNOOZES
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.site import Site
from tocsin.surfaces.web.times import Times, zone_named

Token = Annotated[str, PathParameter(max_length=200)]

_TEMPLATE = "paging/link.html"


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """`said` is how it stands when there is nothing to press: taken, over, used, too old. `notice` is what the button
    before this page did, when there is more to press. `is_helper`: somebody else has it and asks for help.
    """

    ref: str
    path: str
    link: str
    title: str
    level: LevelView | None
    status: str
    what: str
    how_bad: str
    since: datetime
    who_else: str
    name: str
    said: str
    notice: str
    can_acknowledge: bool
    can_decline: bool
    can_escalate: bool
    snoozes: tuple[tuple[int, str], ...]
    asks_worth: bool
    is_helper: bool
    is_loud: bool


class Pressed(NamedTuple):
    """A link in somebody's browser, signed in or not."""

    token: str
    guest: Visit
    pages: Pages
    db: Database
    site: Site


async def find_link(pressed: Pressed) -> AckLink:
    """Reads only. Raises NotFound for what we did not make."""
    async with pressed.db.connection() as conn:
        link = await delivery.find_by_ack_token(conn, pressed.site.links, pressed.token, pressed.guest.times.now)
    if link is None:
        raise no_such_message()
    return link


async def show(
    pressed: Pressed,
    sent: Delivery,
    said: str | None = None,
    *,
    notice: str = "",
    asks_worth: bool = False,
    status: int = 200,
) -> Response[str]:
    """How things stand, on the receiver's clock, whoever is signed in."""
    guest = pressed.guest
    async with pressed.db.connection() as conn:
        view = await _view(conn, sent, said, notice, guest.times.now, f"/ack/{pressed.token}", asks_worth)
    visit = Visit(times=Times(zone_named(sent.message.time_zone), guest.times.now), theme=guest.theme)
    return pressed.pages.page(_TEMPLATE, visit, status=status, view=view)


async def _view(
    conn: Conn, sent: Delivery, said: str | None, notice: str, now: datetime, link: str, asks_worth: bool
) -> LinkView:
    incident, viewer = await incident_of(conn, sent)
    profile = await catalog.severity_profile(conn)
    story = await paging.explain(conn, viewer, incident_ref(incident.number), now)
    facts = facts_view(incident, story, profile, viewer)
    page = await paging.find_page_of(conn, sent.cause)
    level = level_view(profile, incident.severity)
    is_helper = not facts.needs_answer and _is_asked_to_help(page) and incident.is_open
    can_press = said is None and (facts.needs_answer or is_helper)
    moves = _moves(incident, story, page) if can_press else ()
    return LinkView(
        ref=facts.ref,
        path=facts.path,
        link=link,
        title=incident.title,
        level=level,
        status=incident.status.value,
        what=sent.message.what or incident.summary or incident.reason,
        how_bad=_how_bad(level, incident),
        since=incidents.impact_started(incident),
        who_else=_who_else(story, viewer.name),
        name=viewer.name,
        said=said or ("" if can_press else _standing(facts, incident)),
        notice=notice,
        can_acknowledge=can_press,
        can_decline=Move.DECLINE in moves,
        can_escalate=Move.ESCALATE in moves and not is_helper,
        snoozes=SNOOZES if Move.SNOOZE in moves and not is_helper else (),
        asks_worth=asks_worth,
        is_helper=is_helper,
        is_loud=facts.is_loud,
    )


def _is_asked_to_help(page: Page | None) -> bool:
    return page is not None and page.step == BESIDE and page.state is PageState.OPEN


def _moves(incident: Incident, story: Story, page: Page | None) -> tuple[Move, ...]:
    return list_moves(
        Standing(
            ref=incident_ref(incident.number),
            status=incident.status,
            is_open=incident.is_open,
            state=story.state,
            holder=incident.acknowledged_by,
            is_called=page is not None and page.state is PageState.OPEN,
        )
    )


def _how_bad(level: LevelView | None, incident: Incident) -> str:
    graded = f"{level.name}, {level.title}" if level else "not classified yet"
    return f"{graded}; {incident.urgency.value} urgency"


def _standing(facts: FactsView, incident: Incident) -> str:
    """Why there is nothing to press."""
    if not incident.is_open:
        return f"{facts.ref} is {incident.status.value}. You need not act."
    who = (incident.acknowledged_by or "").removeprefix("@")
    return f"{who} has it. You need not act." if who else f"{facts.now_words} You need not act."


def _who_else(story: Story, name: str) -> str:
    """ "bob was called, too. …": the others who were called, and what follows."""
    others = tuple(dict.fromkeys(call.who for call in story.calls if call.who != name))
    called = (
        f"{joined(others)} {'was' if len(others) == 1 else 'were'} called, too." if others else "Nobody else so far."
    )
    return f"{called} {story.next}".strip()
