"""What the auditor has said."""

from tocsin.kernel.ledger import Event


class AdministratorsWarned(Event, frozen=True, kw_only=True):
    """Something is wrong with Tocsin itself, and these people were told; nobody: no administrator can be reached."""

    findings: tuple[str, ...]
    users: tuple[str, ...]


class FindingsMended(Event, frozen=True, kw_only=True):
    """What was wrong is so no more."""

    findings: tuple[str, ...]
