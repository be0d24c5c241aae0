"""Is somebody ready for their shift? `(facts, now) → Readiness`, each item with its remedy (ONC-6). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.delivery.proof_model import PROVEN_FOR
from tocsin.insights.handoff_model import IncidentLine
from tocsin.insights.readiness_model import Facts, Item, LastTest, Probed, Proof, Readiness, State
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.action_words import named_items

ANSWERED_FOR = timedelta(days=7)
"""A test page counts for the shift that begins within a week of its answer."""

RECENT = timedelta(days=7)
PUBLISHED = timedelta(days=30)
"""A postmortem that was published within it is to be read before a shift."""

PROBED_FOR = timedelta(hours=24)

_SHOWN = 5


def check(facts: Facts, now: datetime) -> Readiness:
    """Every item, what is missing first to be mended, in the order in which people are reached."""
    items = (*_contacts(facts, now), _test_page(facts.test, now), *_probes(facts, now), *_to_read(facts))
    return Readiness(
        schedule=facts.schedule,
        time_zone=facts.time_zone,
        person=facts.person,
        starts_at=facts.starts_at,
        checked_at=now,
        is_ready=all(item.state is not State.MISSING for item in items),
        items=items,
    )


def _contacts(facts: Facts, now: datetime) -> Iterator[Item]:
    if not facts.proofs:
        yield Item(
            name="contacts",
            state=State.MISSING,
            sentence=f"Nobody can reach {facts.person}: there is no contact.",
            remedy="Add one: tocsin contact add, or under contacts in the configuration.",
            url="/me/notifications",
        )
    for proof in facts.proofs:
        yield _contact(proof, now)


def _contact(proof: Proof, now: datetime) -> Item:
    name = f"contact {proof.number}, {proof.kind}"
    if proof.proven_at is not None and proof.proven_at > now - PROVEN_FOR and not proof.is_missed:
        return Item(name=name, state=State.READY, sentence=f"Answered {_ago(proof.proven_at, now)}.")
    said = "Nobody has ever answered by it."
    if proof.is_missed:
        said = "The last test of it was not answered."
    elif proof.proven_at is not None:
        said = f"Last answered {_ago(proof.proven_at, now)}, more than {PROVEN_FOR.days} days."
    remedy = f"Send a test and follow its link: tocsin contact test {proof.number}"
    return Item(name=name, state=State.MISSING, sentence=said, remedy=remedy, url="/me/notifications")


def _test_page(test: LastTest | None, now: datetime) -> Item:
    remedy = "Have one sent and follow its link: tocsin oncall ready --test"
    if test is not None and test.answered_at is not None and test.answered_at > now - ANSWERED_FOR:
        return Item(name="test page", state=State.READY, sentence=f"Answered {_ago(test.answered_at, now)}.")
    if test is not None and test.answered_at is None:
        said = f"Sent {_ago(test.sent_at, now)} and not answered."
    else:
        said = f"None was answered within {ANSWERED_FOR.days} days."
    return Item(name="test page", state=State.MISSING, sentence=said, remedy=remedy)


def _probes(facts: Facts, now: datetime) -> Iterator[Item]:
    for probe in facts.probes:
        yield _probe(probe, facts.schedule, now)


def _probe(probe: Probed, schedule: str, now: datetime) -> Item:
    name = f"access to {probe.name}"
    again = f"Try it now: tocsin oncall ready {schedule} --probe"
    if probe.checked_at is None or probe.checked_at <= now - PROBED_FOR:
        return Item(name=name, state=State.MISSING, sentence="It was not tried within a day.", remedy=again)
    if probe.is_ok is None:
        return Item(name=name, state=State.NOTE, sentence=probe.detail)
    when = _ago(probe.checked_at, now)
    if probe.is_ok:
        return Item(name=name, state=State.READY, sentence=f"{probe.detail} {when}.")
    return Item(name=name, state=State.MISSING, sentence=f"{probe.detail} {when}.", remedy=f"Mend it. {again}")


def _to_read(facts: Facts) -> Iterator[Item]:
    """What happened lately and what is known: to be read before the shift."""
    if facts.incidents:
        named = "; ".join(_incident(each) for each in facts.incidents[:_SHOWN])
        more = f"; and {len(facts.incidents) - _SHOWN} more" if len(facts.incidents) > _SHOWN else ""
        yield Item(name="recent incidents", state=State.NOTE, sentence=f"{named}{more}.", url="/incidents")
    for issue in facts.issues:
        said = f"{issue.text} (owner: {issue.owner})." if issue.owner else f"{issue.text}."
        yield Item(name="known issue", state=State.NOTE, sentence=said, url=issue.link)
    for each in facts.unread[:_SHOWN]:
        ref = incident_ref(each.number)
        yield Item(
            name="unread postmortem",
            state=State.NOTE,
            sentence=f"{ref} {each.title}.",
            remedy=f"Read it, and say so: tocsin postmortem read {ref}",
            url=f"/postmortems/{ref}",
        )
    if len(facts.unread) > _SHOWN:
        more = len(facts.unread) - _SHOWN
        yield Item(name="unread postmortems", state=State.NOTE, sentence=f"And {more} more.", url="/postmortems")
    if facts.overdue:
        yield Item(
            name="overdue action items", state=State.NOTE, sentence=f"{named_items(facts.overdue)}.", url="/actions"
        )


def _incident(incident: IncidentLine) -> str:
    return f"{incident.ref} {incident.title} ({incident.status})"


def _ago(at: datetime, now: datetime) -> str:
    """ "just now", "5 min ago", "3 h ago", "40 days ago"."""
    minutes = int((now - at).total_seconds()) // 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"
