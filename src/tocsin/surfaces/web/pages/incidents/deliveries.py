"""The delivery ledger of an incident (PAG-6): whom, how, when, each attempt and what the other side answered; why each
person was called or was not; and the whole story, as `tocsin explain` prints it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from tocsin.catalog import service as catalog
from tocsin.delivery import service as delivery
from tocsin.delivery.model import Attempt, Delivery, DeliveryState, Purpose
from tocsin.delivery.spending import money
from tocsin.delivery.wording import state_words
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.durations import length_words
from tocsin.paging import service as paging
from tocsin.paging.climbing import page_cause
from tocsin.paging.explain import WAYS
from tocsin.paging.model import Called, PageState, Story, StoryLine
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.incident_lines import IncidentLine, incident_line
from tocsin.surfaces.web.pages.incidents.paging_part import outcome_words, why_called
from tocsin.surfaces.web.visits import viewer_of

MOST_LINES = 500

_WHY_NOT = frozenset(
    {
        "PersonNotPaged",
        "StepReachedNobody",
        "PageUnreached",
        "PageDeclined",
        "AdministratorsTold",
        "EscalationHeld",
        "EscalationPostponed",
        "ProfileRuleDropped",
    }
)

_PURPOSES = {
    Purpose.PAGE: "page",
    Purpose.ACKNOWLEDGED: "word that somebody has it",
    Purpose.RESOLVED: "word that it is over",
    Purpose.INFO: "update",
    Purpose.NOTICE: "notice",
    Purpose.TEST: "test",
}


class AttemptView(msgspec.Struct, frozen=True, kw_only=True):
    """`took` is how long the other side needed, empty while it runs; `outcome` in words."""

    n: int
    at: datetime
    took: str
    outcome: str
    answer: str
    endpoint: str


class SentView(msgspec.Struct, frozen=True, kw_only=True):
    """One message by one way. `at` is when it was sent, ended or is due; `tone` a class of the style sheet."""

    who: str
    what: str
    way: str
    state: str
    tone: str
    at: datetime
    answer: str
    attempts: tuple[AttemptView, ...]


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One person's page: by which rung and target, why, what came of it, and how it travelled."""

    id: int
    who: str
    at: datetime
    why: str
    outcome: str
    tone: str
    sent: tuple[SentView, ...]


class LedgerView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_cut`: the story is longer than what is shown of it."""

    incident: IncidentLine
    policy: str
    now_words: str
    next_words: str
    next_at: datetime | None
    calls: tuple[CallView, ...]
    left_out: tuple[StoryLine, ...]
    others: tuple[SentView, ...]
    lines: tuple[StoryLine, ...]
    is_cut: bool
    cost: str


@get("/incidents/{ref:str}/pages")
async def show_deliveries(
    ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The page. Raises NotFound for what this viewer may not see."""
    viewer = viewer_of(visit)
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        story = await paging.explain(conn, viewer, ref, visit.times.now)
        messages = await delivery.list_deliveries(conn, incident.topic)
        attempts = await delivery.list_attempts(conn, messages)
        line = incident_line(incident, await catalog.severity_profile(conn))
        cost = await delivery.cost_of_topic(conn, incident.topic)
    view = ledger_view(line, incident, story, messages, attempts, money(cost, site.caps) if cost else "")
    return pages.page("incidents/deliveries.html", visit, view=view)


def ledger_view(
    line: IncidentLine,
    incident: Incident,
    story: Story,
    messages: Sequence[Delivery],
    attempts: Sequence[Attempt],
    cost: str = "",
) -> LedgerView:
    tries: dict[object, list[Attempt]] = {}
    for attempt in attempts:
        tries.setdefault(attempt.delivery_id, []).append(attempt)
    sent = {message.id: _sent(message, tries.get(message.id, ())) for message in messages}
    by_cause: dict[str, list[SentView]] = {}
    for message in messages:
        by_cause.setdefault(message.cause, []).append(sent[message.id])
    paged = {page_cause(call.page_id) for call in story.calls}
    return LedgerView(
        incident=line,
        policy=story.policy or incident.policy or "",
        now_words=story.now,
        next_words=story.next,
        next_at=story.next_at,
        calls=tuple(_call(call, incident, by_cause) for call in story.calls),
        left_out=tuple(each for each in story.lines if each.kind in _WHY_NOT),
        others=tuple(sent[message.id] for message in messages if message.cause not in paged),
        lines=story.lines[-MOST_LINES:],
        is_cut=len(story.lines) > MOST_LINES,
        cost=cost,
    )


def _call(call: Called, incident: Incident, by_cause: Mapping[str, Sequence[SentView]]) -> CallView:
    return CallView(
        id=call.page_id,
        who=call.who,
        at=call.at,
        why=why_called(call),
        outcome=outcome_words(call, incident),
        tone="amber" if call.state is PageState.UNREACHED else "soft",
        sent=tuple(by_cause.get(page_cause(call.page_id), ())),
    )


def _sent(message: Delivery, attempts: Sequence[Attempt]) -> SentView:
    return SentView(
        who=message.user_name,
        what=_PURPOSES[message.purpose],
        way=f"{WAYS.get(message.kind, message.kind)} to {message.address}",
        state=state_words(message),
        tone="amber" if message.state is DeliveryState.FAILED else "soft",
        at=message.sent_at or message.ended_at or message.taken_at or message.due_at,
        answer=message.superseded or message.answer,
        attempts=tuple(_attempt(attempt) for attempt in attempts),
    )


def _attempt(attempt: Attempt) -> AttemptView:
    outcome = _TRIES.get(attempt.outcome or "", attempt.outcome or "runs")
    return AttemptView(
        n=attempt.n,
        at=attempt.started_at,
        took=_took(attempt),
        outcome=f"{outcome} ({attempt.reason.value.replace('_', ' ')})" if attempt.reason else outcome,
        answer=attempt.answer,
        endpoint=attempt.endpoint,
    )


_TRIES = {"lost": "did not arrive"}
"""Words for outcomes of a try that do not say themselves."""


def _took(attempt: Attempt) -> str:
    """ "0.8 s", in tenths below ten seconds."""
    if attempt.ended_at is None:
        return ""
    length = attempt.ended_at - attempt.started_at
    seconds = max(0.0, length.total_seconds())
    return f"{seconds:.1f} s" if seconds < 10 else length_words(length)
