"""What would happen if nobody answered: a policy, or what stands in its editor, played through at a chosen time."""

from datetime import datetime, timedelta

import msgspec
from litestar import post
from litestar.params import FromPath
from litestar.response import Response

from tocsin.accounts.model import Permission
from tocsin.config.setup import load_setups
from tocsin.kernel.errors import TocsinError
from tocsin.simulation.model import ASSUMED, Call, Outcome, Question
from tocsin.simulation.setup import Setup
from tocsin.simulation.simulate import simulate
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.policies.form import read_policy, sent_form
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.spans import read_local
from tocsin.surfaces.web.visits import Form, viewer_of

_WAYS = {"email": "e-mail"}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One person at one minute; `after` is empty for at once, `ways` such as "e-mail, ntfy 3 min later", `unsent` each
    way by which nothing leaves, with its reason.
    """

    at: datetime
    after: str
    who: str
    ways: str
    unsent: tuple[str, ...]
    label: str
    why: str


class SimulationView(msgspec.Struct, frozen=True, kw_only=True):
    """`notes` is what happens beside the calls: steps that reach nobody, who is left out, the end."""

    at: datetime
    summary: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    assumed: str = ASSUMED


@post("/policies/{name:str}/simulate", status_code=200)
async def simulate_policy(
    name: FromPath[str], request: AnyRequest, visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """The answer as a part of the policy's page, or as a page of its own. What the editor holds goes before what is
    stored; nothing is stored or sent by it.
    """
    viewer_of(visit).require(Permission.RESPOND, "simulate")
    view, problem = None, None
    async with db.connection() as conn:
        setup = (await load_setups(conn, None, visit.times.now)).live
    try:
        setup, policy = with_draft(setup, form, name)
        view = simulation_view(simulate(setup, question_of(form, policy, visit)))
    except TocsinError as refusal:
        problem = refusal
    part = "policies/_simulation.html" if request.headers.get("hx-request") else "policies/simulation.html"
    return pages.page(part, visit, view=view, problem=problem, name=name)


def with_draft(setup: Setup, form: Form, name: str) -> tuple[Setup, str]:
    """The setup with the policy that the editor holds, and that policy's name. Raises Invalid for its fields."""
    if "notify-0" not in form:
        return setup, name
    sent = sent_form(form)
    policy = read_policy(msgspec.structs.replace(sent, name=sent.name or name))
    return msgspec.structs.replace(setup, policies={**setup.policies, policy.name: policy}), policy.name


def question_of(form: Form, policy: str, visit: Visit) -> Question:
    """The time is on the viewer's clock; empty: now. Raises Invalid."""
    severity = form.get("severity", "").strip() or None
    return Question(at=_instant(form.get("at", "").strip(), visit), policy=policy, severity=severity)


def _instant(text: str, visit: Visit) -> datetime:
    return read_local(text, visit.times.zone, "at") if text else visit.times.now


def simulation_view(outcome: Outcome) -> SimulationView:
    return SimulationView(
        at=outcome.at,
        summary=outcome.summary,
        rows=tuple(_row(call, outcome.at) for call in outcome.calls),
        notes=tuple(line.sentence for line in outcome.lines if line.kind in _NOTES),
    )


_NOTES = frozenset({"StepReachedNobody", "PersonNotPaged", "AdministratorsTold", "EscalationHeld"})


def _row(call: Call, begins: datetime) -> Row:
    return Row(
        at=call.at,
        after=_after(call.at - begins),
        who=call.person,
        ways=", ".join(_way(send.kind, send.at - call.at) for send in call.sends if not send.dropped),
        unsent=tuple(f"{_WAYS.get(send.kind, send.kind)}: {send.dropped}" for send in call.sends if send.dropped),
        label=call.label,
        why=call.why,
    )


def _way(kind: str, delay: timedelta) -> str:
    return f"{_WAYS.get(kind, kind)} {_after(delay)} later" if delay else _WAYS.get(kind, kind)


def _after(length: timedelta) -> str:
    """ "5 min", "1 h 30 min"; empty for at once."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else "")
    return " ".join(part for part in parts if part)
