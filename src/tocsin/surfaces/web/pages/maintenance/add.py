"""Put services into maintenance: now or later, once or again and again."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.alerts import maintenances
from tocsin.alerts.maintenance import FREQUENCIES, MaintenanceDraft, check_rule, default_name, rule_in_words_of
from tocsin.catalog import service as catalog
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.spans import Span, read_span, sent_span
from tocsin.surfaces.web.visits import viewer_of

_CHECKED = "service:"
_FIELDS = {"from": "begins", "to": "ends"}
"""Where the form has what the use case calls differently."""


class AddForm(msgspec.Struct, frozen=True, kw_only=True):
    """`services` are those that are checked, `repeat` is once, a frequency or a recurrence rule."""

    services: tuple[str, ...] = ()
    span: Span = Span()
    repeat: str = "once"
    rule: str = ""
    reason: str = ""


class AddView(msgspec.Struct, frozen=True, kw_only=True):
    """`time_zone` is that of the organisation, on whose clock it repeats."""

    form: AddForm
    services: tuple[str, ...]
    time_zone: str
    frequencies: tuple[str, ...] = ("once", *FREQUENCIES)


@get("/maintenance/new")
async def show_new_maintenance(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The form; `service=` in the address checks one."""
    _who_may(visit)
    form = AddForm(services=(request.query_params.get("service", ""),))
    async with db.connection() as conn:
        view = await _view(conn, form)
    return pages.page("maintenance/add.html", visit, view=view)


@post("/maintenance/new")
async def add_maintenance(
    visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """To the list, or the form again with what is wrong."""
    viewer, sent = _who_may(visit), sent_form(form)
    try:
        async with db.transaction() as tx:
            zone = (await catalog.organisation(tx.conn)).time_zone
            await maintenances.add_maintenance(tx, wanted(sent, tx.now, visit.times.zone, zone), viewer.actor)
    except Invalid as refusal:
        problem = at_its_field(refusal)
    else:
        return Redirect("/maintenance", status_code=303)
    async with db.connection() as conn:
        view = await _view(conn, sent)
    return pages.page("maintenance/add.html", visit, status=400, view=view, problem=problem)


def _who_may(visit: Visit) -> Viewer:
    viewer = viewer_of(visit)
    viewer.require(Permission.SILENCE, "put services into maintenance")
    return viewer


def at_its_field(refusal: Invalid) -> Invalid:
    """The refusal in the words of the form, which has no name: that is made of the first service and the start."""
    if refusal.field == "name":
        what = "There is a maintenance of this service that begins in the same minute."
        return Invalid(what, "End that one first, or begin at another time.", field="begins")
    return Invalid(refusal.message, refusal.remedy, field=_FIELDS.get(refusal.field or "", refusal.field))


def sent_form(form: Mapping[str, str]) -> AddForm:
    """What was sent, to be shown again beside a refusal."""
    return AddForm(
        services=tuple(name.removeprefix(_CHECKED) for name in form if name.startswith(_CHECKED)),
        span=sent_span(form),
        repeat=form.get("repeat", ""),
        rule=form.get("rule", "").strip(),
        reason=form.get("reason", ""),
    )


def wanted(form: AddForm, now: datetime, zone: ZoneInfo, organisation_zone: str) -> MaintenanceDraft:
    """Times are read on the viewer's clock, repeated on the organisation's. Raises Invalid that names the field."""
    if not form.services:
        raise Invalid("No service was chosen.", "Choose those that are worked on.", field="services")
    if not form.reason.strip():
        raise Invalid("A maintenance has a reason.", "Say what is done; whoever wonders will read it.", field="reason")
    starts_at, ends_at = read_span(form.span, now, zone)
    return MaintenanceDraft(
        name=default_name(form.services, local_of(starts_at, zone_of(organisation_zone))),
        services=form.services,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=form.reason.strip(),
        time_zone=organisation_zone,
        repeat=_rule(form),
    )


def _rule(form: AddForm) -> str | None:
    if form.rule:
        return check_rule(form.rule)
    if form.repeat in FREQUENCIES:
        return rule_in_words_of(form.repeat)
    if form.repeat != "once":
        raise Invalid("How often is not among the choices.", "Choose one.", field="repeat")
    return None


async def _view(conn: Conn, form: AddForm) -> AddView:
    return AddView(
        form=form,
        services=tuple(service.name for service in await catalog.list_services(conn)),
        time_zone=(await catalog.organisation(conn)).time_zone,
    )
