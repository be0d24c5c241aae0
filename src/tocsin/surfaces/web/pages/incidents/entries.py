"""One entry of the ledger as a line of a timeline."""

from datetime import datetime

import msgspec

from tocsin.kernel.ledger import LedgerEntry

_QUIET = frozenset(
    {"EscalationStarted", "EscalationStopped", "PeopleTold", "PersonPaged", "DeliveryEnded", "AlertsAttached"}
)
_TROUBLE = frozenset(
    {"StepReachedNobody", "EscalationExhausted", "PageUnreached", "AdministratorsTold", "FindingRaised", "JobParked"}
)


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """`tone` is plain, quiet (the program's routine) or trouble; `type` what a person called it, else empty."""

    id: int
    at: datetime
    actor: str
    type: str
    sentence: str
    tone: str


def entry_view(entry: LedgerEntry) -> EntryView:
    """A sentence that names its actor is not given the actor's name again; what a person wrote always is."""
    kind = str(entry.data.get("type", "")) if entry.kind == "TimelineNoted" else ""
    is_named = entry.actor == "tocsin" or (not kind and entry.actor in entry.sentence)
    return EntryView(
        id=entry.id,
        at=entry.at,
        actor="" if is_named else entry.actor,
        type="" if kind == "note" else kind,
        sentence=entry.sentence,
        tone=_tone(entry),
    )


def _tone(entry: LedgerEntry) -> str:
    if entry.kind in _TROUBLE or entry.data.get("type") == "finding" or entry.data.get("state") == "failed":
        return "trouble"
    return "quiet" if entry.kind in _QUIET else "plain"
