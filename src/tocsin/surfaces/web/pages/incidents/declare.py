"""Declare an incident from a form: one line is enough (LIF-5)."""

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission
from tocsin.catalog import service as catalog
from tocsin.catalog.facts import Facts
from tocsin.delivery.model import Urgency
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, DetectionSource
from tocsin.incidents.roles import SIZE_WORDS, read_team_size
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import LevelView, incident_path, levels_of
from tocsin.surfaces.web.pages.incidents.severity_part import FactField, fact_fields
from tocsin.surfaces.web.pages.paging.pager import list_responders
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import Form, viewer_of

_FIELDS = (
    "title",
    "service",
    "severity",
    "urgency",
    "summary",
    "impact",
    "source",
    "commander",
    "team_size",
    "private",
)


class DeclareView(msgspec.Struct, frozen=True, kw_only=True):
    """What may be chosen, and what is filled in already."""

    services: tuple[str, ...]
    levels: tuple[LevelView, ...]
    people: tuple[str, ...]
    title: str = ""
    service: str = ""
    severity: str = ""
    urgency: str = "high"
    summary: str = ""
    impact: str = ""
    source: str = ""
    facts: tuple[FactField, ...] = ()
    commander: str = ""
    team_size: str = ""
    private: str = ""

    @property
    def most_title(self) -> int:
        """Characters."""
        return incidents.MAX_TITLE

    @property
    def sizes(self) -> tuple[tuple[str, str], ...]:
        """Of a team, with what each means."""
        return tuple((size.value, words) for size, words in SIZE_WORDS.items())

    @property
    def has_more(self) -> bool:
        """Whether something is filled in that is folded away otherwise."""
        return bool(self.summary or self.commander or self.team_size or self.source)

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """How we came to know (LIF-3)."""
        return tuple((source.value, source.replace("_", " ")) for source in DetectionSource)

    @property
    def knows_more(self) -> bool:
        """Whether a fact is filled in that is folded away otherwise."""
        return any(field.value for field in self.facts)


@get("/declare")
async def show_declare(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The form; `title` and `service` in the address fill it in, for links from dashboards."""
    viewer_of(visit).require(Permission.RESPOND, "declare incidents")
    filled = {name: request.query_params.get(name, "") for name in ("title", "service")}
    async with db.connection() as conn:
        view = await _view(conn, filled)
    return pages.page("incidents/declare.html", visit, view=view)


@post("/declare")
async def declare(visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb) -> Response[str] | Redirect:
    """To the room of the new incident, or the form again with the reason."""
    viewer = viewer_of(visit)
    viewer.require(Permission.RESPOND, "declare incidents")
    try:
        async with db.transaction() as tx:
            incident = await incidents.declare(tx, _declaration(form, viewer.actor))
    except (Invalid, NotFound, Refused) as refusal:
        async with db.connection() as conn:
            view = await _view(conn, form)
        return pages.page("incidents/declare.html", visit, status=400, view=view, problem=refusal)
    return Redirect(incident_path(incident.number), status_code=303)


def _declaration(form: Form, actor: str) -> Declaration:
    service, summary = form.get("service", ""), form.get("summary", "").strip()
    return Declaration(
        title=form.get("title", ""),
        severity=form.get("severity") or None,
        services=(service,) if service else (),
        urgency=Urgency.LOW if form.get("urgency") == "low" else Urgency.HIGH,
        summary=summary or None,
        facts={name: form[name].strip() for name in Facts._fields if form.get(name, "").strip()},
        source=read_source(form["source"]) if form.get("source") else DetectionSource.TEAM_MEMBER,
        impact=form.get("impact", "").strip() or None,
        commander=form.get("commander") or None,
        team_size=read_team_size(form["team_size"]) if form.get("team_size") else None,
        is_private=form.get("private") == "yes",
        reason=f"{actor} declared it on the web.",
        by=actor,
    )


async def _view(conn: Conn, filled: Form) -> DeclareView:
    chosen = {name: filled[name] for name in _FIELDS if filled.get(name)}
    return DeclareView(
        services=tuple(service.name for service in await catalog.list_services(conn)),
        levels=levels_of(await catalog.severity_profile(conn)),
        facts=fact_fields({name: filled[name] for name in Facts._fields if filled.get(name)}),
        people=await list_responders(conn),
        **chosen,
    )


def read_source(text: str) -> DetectionSource:
    """Raises Invalid that lists them."""
    if text not in set(DetectionSource):
        raise Invalid(f"{text!r} is no way to know.", f"Use one of {', '.join(DetectionSource)}.", field="source")
    return DetectionSource(text)
