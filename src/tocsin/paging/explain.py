"""The story of an incident's pages: why each person was called or was not, how it travelled, what happens next. Pure.

Works on what was stored when it was decided; nothing is decided again here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tocsin.delivery.model import Delivery, DeliveryState
from tocsin.delivery.wording import state_words
from tocsin.incidents.model import Incident, Status
from tocsin.incidents.sentences import full_stop, joined
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import LedgerEntry
from tocsin.paging.escalation import ADMINISTRATORS, following, in_words, label_of, rungs
from tocsin.paging.messages import duration
from tocsin.paging.model import (
    BY_NAME,
    Called,
    Hold,
    Page,
    PageState,
    Policy,
    Position,
    Run,
    RunState,
    Send,
    Story,
    StoryLine,
)
from tocsin.paging.sentences import called_after_quiet, targets_words

WAYS = {
    "email": "e-mail",
    "webhook": "webhook",
    "ntfy": "ntfy",
    "gotify": "Gotify",
    "sms": "text",
    "voice": "phone",
}

JOINED = "AlertsAttached"

NOT_TOLD = (
    "DeliveryEnded",
    "DeliveryTaken",
    "DeliveryDelayed",
    JOINED,
    "FindingRaised",
    "FindingSettled",
    "ChecklistTicked",
)
"""Kinds of entries that are not lines of the story: it tells of deliveries with the page they belong to, and of alerts
that joined with their number, since in a storm there are thousands. How well the work goes calls nobody.
"""

OUTCOMES = {
    PageState.OPEN: "not answered yet",
    PageState.ACKNOWLEDGED: "answered, by this person or another",
    PageState.DECLINED: "declined",
    PageState.UNREACHED: "could not be reached",
    PageState.ENDED: "called off",
}


def tell_story(
    incident: Incident,
    run: Run | None,
    policy: Policy | None,
    pages: Sequence[Page],
    deliveries: Sequence[Delivery],
    entries: Sequence[LedgerEntry],
    now: datetime,
    *,
    joinings: int = 0,
    hold: Hold | None = None,
    ack_timeout: timedelta | None = None,
) -> Story:
    """`run` is the latest one, `policy` the version it climbs; the rest is the incident's, oldest first.

    `joinings` is how often further alerts joined it, `entries` are those of no kind in `NOT_TOLD`.
    """
    by_cause: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_cause.setdefault(delivery.cause, []).append(delivery)
    calls = tuple(_called(page, policy, by_cause.get(f"page/{page.id}", ())) for page in pages)
    sends = {call.page_id: tuple(_sent(send) for send in call.sends) for call in calls}
    return Story(
        number=incident.number,
        title=incident.title,
        policy=policy.name if policy else None,
        state=run.state if run else None,
        now=_held(incident, hold) if hold else _now(incident, run, pages, now) + _swallowed(incident, joinings),
        next=_after(hold) if hold else _next(incident, run, policy, now, ack_timeout),
        next_at=hold.until if hold else _next_at(incident, run),
        calls=calls,
        lines=tuple(_line(entry, sends) for entry in entries),
    )


def _swallowed(incident: Incident, joinings: int) -> str:
    """The number of alerts that called nobody a second time (ALR-6)."""
    if not joinings:
        return ""
    times = "once" if joinings == 1 else f"{joinings} times"
    return f" Further alerts joined {times}, {incident.alerts} are in it: they called nobody anew."


def _next_at(incident: Incident, run: Run | None) -> datetime | None:
    return (run.next_at or run.snoozed_until) if run is not None and incident.is_open else None


def _line(entry: LedgerEntry, sends: Mapping[int, tuple[str, ...]]) -> StoryLine:
    details = sends.get(entry.data.get("page_id", 0), ()) if entry.kind == "PersonPaged" else ()
    return StoryLine(at=entry.at, kind=entry.kind, sentence=entry.sentence, details=details)


def _called(page: Page, policy: Policy | None, deliveries: Sequence[Delivery]) -> Called:
    position = Position(page.round, page.step)
    label = label_of(policy, position) if policy and page.target != ADMINISTRATORS else page.target
    return Called(
        page_id=page.id,
        who=page.user_name,
        at=page.created_at,
        label=label,
        target=page.target,
        why=page.reason,
        state=page.state,
        outcome=OUTCOMES[page.state],
        actionable=page.actionable,
        sends=tuple(_send(delivery) for delivery in deliveries),
    )


def _send(delivery: Delivery) -> Send:
    return Send(
        kind=delivery.kind,
        address=delivery.address,
        state=delivery.state,
        at=delivery.sent_at or delivery.ended_at or delivery.taken_at or delivery.due_at,
        attempts=delivery.attempts,
        words=state_words(delivery),
        detail=delivery.superseded or delivery.answer,
        was_taken=delivery.taken_at is not None,
    )


def _sent(send: Send) -> str:
    """ "e-mail to bob@example.com: sent 03:00:01 UTC (250 queued)"."""
    way = f"{WAYS.get(send.kind, send.kind)} to {send.address}"
    answer = f" ({send.detail})" if send.detail else ""
    match send.state:
        case DeliveryState.SENT:
            return f"{way}: sent {send.at:%H:%M:%S} UTC{answer}"
        case DeliveryState.TAKEN:
            return f"{way}: taken by the provider {send.at:%H:%M:%S} UTC, not known to have arrived{answer}"
        case DeliveryState.FAILED if send.was_taken:
            return f"{way}: {send.words}, as was said {send.at:%H:%M:%S} UTC{answer}"
        case DeliveryState.FAILED if send.attempts == 0:
            return f"{way}: {send.words}{answer}"
        case DeliveryState.FAILED:
            tries = "1 attempt" if send.attempts == 1 else f"{send.attempts} attempts"
            return f"{way}: {send.words} after {tries}{answer}"
        case DeliveryState.SUPERSEDED:
            return f"{way}: not sent any more{answer}"
        case _:
            return f"{way}: due {send.at:%H:%M:%S} UTC{answer}"


def _now(incident: Incident, run: Run | None, pages: Sequence[Page], now: datetime) -> str:
    """The present state in one sentence."""
    ref = incident_ref(incident.number)
    if incident.status in (Status.RESOLVED, Status.CLOSED):
        return f"{ref} is {incident.status}; nobody is called."
    if run is None:
        return f"{ref} is {incident.status}; no escalation has begun."
    called = list(dict.fromkeys(page.user_name for page in pages if page.run_id == run.id))
    whom = f"called so far: {joined(called)}" if called else "nobody could be called"
    match run.state:
        case RunState.RUNNING if run.is_postponed:
            return full_stop(f"{ref} is {run.chosen}; nobody has been called")
        case RunState.RUNNING:
            waited = duration(_asked_since(run, pages), now)
            return full_stop(f"{ref} has waited {waited} for an answer; {whom}")
        case RunState.ACKNOWLEDGED:
            holder = incident.acknowledged_by or "Somebody"
            if run.snoozed_until is not None:
                return f"{holder} has {ref} and wants quiet until {run.snoozed_until:%H:%M:%S} UTC; nobody is called."
            return f"{holder} has acknowledged {ref}; nobody else is called."
        case RunState.TOLD:
            return full_stop(f"{ref} is of low urgency; {whom}")
        case RunState.EXHAUSTED:
            return full_stop(f"Nobody has answered and the ladder is at its end; {whom}")
        case RunState.STOPPED:
            return f"Escalation of {ref} has stopped; nobody is called."


def _asked_since(run: Run, pages: Sequence[Page]) -> datetime:
    """Since when nobody answers: the beginning of the run, or when somebody was last called by name."""
    by_name = [page.created_at for page in pages if page.run_id == run.id and page.step == BY_NAME]
    return max(by_name, default=run.started_at)


def _next(
    incident: Incident, run: Run | None, policy: Policy | None, now: datetime, ack_timeout: timedelta | None
) -> str:
    """What happens when nobody does anything."""
    if run is None or policy is None or run.state is not RunState.RUNNING or run.next_at is None:
        return _why_nothing_follows(incident, run, ack_timeout)
    place = following(policy, Position(run.round, run.step))
    rung = next((rung for rung in rungs(policy) if rung.position == place), None)
    instant = f"At {run.next_at:%H:%M:%S} UTC" if run.next_at > now else "At once"
    if rung is None:
        return f"{instant} the ladder is at its end and the administrators are told."
    return f"{instant} {rung.label} is called: {targets_words(rung.targets)}."


def _held(incident: Incident, hold: Hold) -> str:
    return full_stop(f"Paging of {incident_ref(incident.number)} is held: {hold.reason}")


def _after(hold: Hold) -> str:
    return f"At {hold.until:%Y-%m-%d %H:%M} UTC, unless it is over by then, people are paged from the first step on."


def _why_nothing_follows(incident: Incident, run: Run | None, ack_timeout: timedelta | None) -> str:
    if not incident.is_open:
        return "Nothing follows: it is over."
    if run is not None and run.state is RunState.ACKNOWLEDGED and run.snoozed_until is not None:
        called = called_after_quiet(incident.acknowledged_by or "")
        return f"At {run.snoozed_until:%H:%M:%S} UTC {called} again, unless it is resolved."
    if run is not None and run.state is RunState.ACKNOWLEDGED:
        again = f" When nobody acts on it for {in_words(ack_timeout)}, it is paged again." if ack_timeout else ""
        return f"Whoever has acknowledged it ends it.{again}"
    if incident.status is Status.MONITORING and run is not None and run.state is RunState.STOPPED:
        return "It resolves by itself unless it fires again."
    return f"Nobody else is called; tocsin ack {incident_ref(incident.number)} takes it."
