"""The promises that the auditor checks, as pure functions of facts (REL-3)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from tocsin.auditor.model import Facts, Finding, LedgerMonths, OpenIncident, Overdue, StoredFinding, Verdict
from tocsin.kernel.ids import incident_ref

TELL_AGAIN_AFTER = timedelta(hours=1)
NAMED_AT_MOST = 5

_LOOK_AT_LOG = "See the log of the workers, then `tocsin admin doctor`."


def find_all(facts: Facts, now: datetime) -> list[Finding]:
    """Everything that is wrong, the worst first."""
    return [
        *find_unattended(facts.incidents),
        *find_unsent(facts.unsent),
        *find_overdue(facts.overdue, facts.known),
        *find_orphaned(facts.orphaned),
        *find_missing_months(facts.months, now),
    ]


def is_attended(incident: OpenIncident) -> bool:
    """Whether something will still happen about an open incident, or has and was said: a next timer, a page under way,
    an acknowledgement, or the end of the ladder on the timeline. A climb without its timer is none of these, whoever
    had acknowledged the incident before it flared up again.
    """
    if incident.has_page or incident.is_waited_for:
        return True
    if incident.run_state == "running":
        return incident.has_timer
    if incident.run_state == "exhausted":
        return incident.is_said or incident.is_acknowledged
    return incident.run_state in ("acknowledged", "told") or incident.is_acknowledged


def find_unattended(incidents: Iterable[OpenIncident]) -> Iterator[Finding]:
    """Open incidents that nobody is called about, and nobody has taken."""
    for incident in incidents:
        if not is_attended(incident):
            ref = incident_ref(incident.number)
            yield Finding(
                key=f"unattended:{incident.id}",
                sentence=f"{ref} is open and nobody will be called about it: its escalation has stopped short",
                remedy=f"Look at it now: tocsin show {ref}. Take it: tocsin ack {ref}. Why: tocsin explain {ref}.",
            )


def find_unsent(count: int) -> Iterator[Finding]:
    """Messages that wait, with no job that would send them."""
    if count:
        wait, them = ("1 message waits", "it") if count == 1 else (f"{count} messages wait", "them")
        yield Finding(
            key="unsent",
            sentence=f"{wait} to be sent, and no job will send {them}",
            remedy="Call by telephone whoever should know of the open incidents: tocsin list --open. " + _LOOK_AT_LOG,
        )


def find_overdue(overdue: Iterable[Overdue], known: frozenset[str]) -> Iterator[Finding]:
    """Work that nobody begins: because no worker knows how, or because none gets to it."""
    for each in overdue:
        jobs = f"{each.count} {'job' if each.count == 1 else 'jobs'} of kind {each.kind}"
        late = f"since {each.since.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        if each.kind in known:
            yield Finding(
                key=f"overdue:{each.kind}",
                sentence=f"{jobs} should have begun {late}",
                remedy="Is every worker up, and is the machine overloaded? " + _LOOK_AT_LOG,
            )
        else:
            yield Finding(
                key=f"unknown:{each.kind}",
                sentence=f"No worker knows how to do {jobs}, due {late}",
                remedy="Start workers of the version that made them: an upgrade is half done, or was taken back.",
            )


def find_orphaned(orphaned: dict[str, int]) -> Iterator[Finding]:
    """Work that is held under a lease which has run out: it should have gone to another worker within seconds."""
    if orphaned:
        kinds = ", ".join(f"{count} of {kind}" for kind, count in sorted(orphaned.items())[:NAMED_AT_MOST])
        yield Finding(
            key="orphaned",
            sentence=f"Jobs are held by workers that are dead: {kinds}",
            remedy="Start another worker; it takes them over. " + _LOOK_AT_LOG,
        )


def find_missing_months(months: LedgerMonths, now: datetime) -> Iterator[Finding]:
    """The ledger needs a partition for this month and the next; what lies in the default one is not lost."""
    missing = sorted({month_of(now), month_of(now.replace(day=1) + timedelta(days=31))} - months.made)
    if missing:
        yield Finding(
            key="ledger-month",
            sentence=f"The ledger has no partition for {', '.join(each.replace('_', '-') for each in missing)}",
            remedy="The job kernel.make_ledger_months has not run for weeks. " + _LOOK_AT_LOG,
        )
    if months.strays:
        yield Finding(
            key="ledger-stray",
            sentence="Entries of the ledger lie in its default partition; nothing is lost, reading gets slow",
            remedy="The job kernel.make_ledger_months moves them within a day. " + _LOOK_AT_LOG,
        )


def parked(kind: str, trouble: str) -> Finding:
    """A job that is tried no more."""
    return Finding(
        key=f"parked:{kind}",
        sentence=f"A job of kind {kind} has failed for good and is tried no more: {trouble}",
        remedy="Mend its cause, then: tocsin admin jobs list, and tocsin admin jobs retry ID.",
    )


def month_of(at: datetime) -> str:
    """`2026_03`, as the partitions are named."""
    return f"{at.astimezone(UTC):%Y_%m}"


def decide_verdict(found: Sequence[Finding], stored: Sequence[StoredFinding], now: datetime) -> Verdict:
    """New ones are told at once, those that persist again each hour, and what is gone is mended."""
    before = {each.key: each for each in stored}
    is_due = {each.key: each.key not in before or now - before[each.key].told_at >= TELL_AGAIN_AFTER for each in found}
    keys = {each.key for each in found}
    return Verdict(
        tell=tuple(each for each in found if is_due[each.key]),
        quiet=tuple(each for each in found if not is_due[each.key]),
        mended=tuple(each for each in stored if each.key not in keys),
    )


def may_ping(stored: Sequence[StoredFinding], looked_at: datetime | None, now: datetime) -> bool:
    """Whether all is well, as far as anybody has looked in the last minutes."""
    return not stored and looked_at is not None and now - looked_at < timedelta(minutes=3)
