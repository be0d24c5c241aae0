"""The page behind a message's link: what, how bad, since when, who else; one button (SEC-6).

Looking changes nothing, whoever looks and whatever scripts they run: only the form's POST acknowledges. The link names
a delivery, so it acts for the person to whom that message went; it works once and not for ever.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import post, route
from litestar.params import PathParameter
from litestar.response import Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Viewer
from tocsin.catalog import service as catalog
from tocsin.delivery import service as delivery
from tocsin.delivery.model import Delivery
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.incidents.sentences import joined
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.paging import commands
from tocsin.paging import service as paging
from tocsin.paging.model import Story
from tocsin.surfaces.web.given import GivenDb, GivenGuest, GivenPages, GivenSite
from tocsin.surfaces.web.incident_lines import LevelView, level_view
from tocsin.surfaces.web.pages.incidents.room import FactsView, facts_view
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.times import Times, zone_named

Token = Annotated[str, PathParameter(max_length=200)]

_TEMPLATE = "paging/acknowledge_link.html"


class AcknowledgeView(msgspec.Struct, frozen=True, kw_only=True):
    """`said` is how it stands when there is nothing to press: taken, over, used, too old."""

    ref: str
    path: str
    title: str
    level: LevelView | None
    status: str
    what: str
    how_bad: str
    since: datetime
    who_else: str
    name: str
    said: str
    can_acknowledge: bool
    is_loud: bool


@route("/ack/{token:str}", http_method=["GET", "HEAD"])
async def show_acknowledge_link(
    token: Token, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """How things stand, and the button while the link and the incident are open. Reads only."""
    async with db.connection() as conn:
        link = await delivery.find_by_ack_token(conn, site.links, token, guest.times.now)
        if link is None:
            raise _no_such_link()
        view = await _view(conn, link.delivery, link.refusal, guest.times.now)
    status = 410 if link.refusal else 200
    return pages.page(_TEMPLATE, _visit_of(link.delivery, guest), status=status, view=view)


@post("/ack/{token:str}", status_code=200)
async def acknowledge_by_link(
    token: Token, guest: GivenGuest, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The button: the person takes the incident, and escalation stops for everyone."""
    async with db.connection() as conn:
        link = await delivery.find_by_ack_token(conn, site.links, token, guest.times.now)
        if link is None:
            raise _no_such_link()
    refusal: str | None = None
    try:
        async with db.transaction() as tx:
            incident, viewer = await _incident_of(tx.conn, link.delivery)
            await incidents.lock(tx, incident.id)  # before the delivery's row: whoever escalates takes them so, too
            await delivery.use_ack_token(tx, site.links, token)
            await commands.acknowledge(tx, incident.id, viewer.actor, "link")
    except Refused as refused:
        refusal = refused.message
    async with db.connection() as conn:
        view = await _view(
            conn, link.delivery, refusal or "You have it. Nobody else is woken for this.", guest.times.now
        )
    status = 410 if refusal else 200
    return pages.page(_TEMPLATE, _visit_of(link.delivery, guest), status=status, view=view)


async def _incident_of(conn: Conn, sent: Delivery) -> tuple[Incident, Viewer]:
    """The incident of a message and the person it went to. Raises NotFound unless they may see and take it still."""
    kind, _, incident_id = sent.topic.partition("/")
    viewer = await accounts.find_viewer(conn, sent.user_id) if sent.user_id is not None else None
    if kind != "incident" or viewer is None:
        raise _no_such_link()
    incident = await incidents.get(conn, int(incident_id))
    if not viewer.may_read(incident.scope_id):
        raise _no_such_link()
    viewer.require(Permission.RESPOND, "acknowledge incidents")
    return incident, viewer


async def _view(conn: Conn, sent: Delivery, said: str | None, now: datetime) -> AcknowledgeView:
    incident, viewer = await _incident_of(conn, sent)
    profile = await catalog.severity_profile(conn)
    story = await paging.explain(conn, viewer, incident_ref(incident.number), now)
    facts = facts_view(incident, story, profile, viewer)
    level = level_view(profile, incident.severity)
    return AcknowledgeView(
        ref=facts.ref,
        path=facts.path,
        title=incident.title,
        level=level,
        status=incident.status.value,
        what=sent.message.what or incident.summary or incident.reason,
        how_bad=_how_bad(level, incident),
        since=incidents.impact_started(incident),
        who_else=_who_else(story, viewer.name),
        name=viewer.name,
        said=said or _standing(facts, incident),
        can_acknowledge=said is None and facts.needs_answer,
        is_loud=facts.is_loud,
    )


def _how_bad(level: LevelView | None, incident: Incident) -> str:
    graded = f"{level.name}, {level.title}" if level else "not classified yet"
    return f"{graded}; {incident.urgency.value} urgency"


def _standing(facts: FactsView, incident: Incident) -> str:
    """Why there is nothing to press, empty while there is."""
    if not incident.is_open:
        return f"{facts.ref} is {incident.status.value}. You need not act."
    if facts.needs_answer:
        return ""
    who = (incident.acknowledged_by or "").removeprefix("@")
    return f"{who} has it. You need not act." if who else f"{facts.now_words} You need not act."


def _who_else(story: Story, name: str) -> str:
    """ "bob was called, too. …": the others who were called, and what follows."""
    others = tuple(dict.fromkeys(call.who for call in story.calls if call.who != name))
    called = (
        f"{joined(others)} {'was' if len(others) == 1 else 'were'} called, too." if others else "Nobody else so far."
    )
    return f"{called} {story.next}".strip()


def _visit_of(sent: Delivery, guest: Visit) -> Visit:
    """The receiver's clock, whoever is signed in."""
    return Visit(times=Times(zone_named(sent.message.time_zone), guest.times.now), theme=guest.theme)


def _no_such_link() -> NotFound:
    return NotFound(
        "This link does not belong to any message of ours, or its receiver may not see this any more.",
        "Open it straight from the message, or sign in.",
    )
