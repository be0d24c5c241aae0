"""What the audit log says and how it is asked (SEC-8). No IO, no clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from tocsin.kernel.ledger import LedgerEntry


class AuditFilter(Struct, frozen=True, kw_only=True):
    """`person` is a name ("alice") or a program ("tocsin"), `words` stand anywhere in the sentence; `before_id` is the
    cursor. From `since` on, before `until`.
    """

    person: str | None = None
    words: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    refused_only: bool = False
    before_id: int | None = None


class Deed(Struct, frozen=True, kw_only=True):
    """Who did what from where. `outcome` is "done" or "refused"; `client` is an address, empty: from within."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    outcome: str
    client: str
    text: str


class AuditPage(Struct, frozen=True, kw_only=True):
    """The latest first. `next_before`: the next page's cursor, None at the end."""

    deeds: tuple[Deed, ...]
    next_before: int | None


class Sealed(Struct, frozen=True, kw_only=True):
    """`sealed` entries are in the chain, `waiting` ones get their seal within ten minutes."""

    sealed_at: datetime | None
    sealed: int
    waiting: int


class Chain(Struct, frozen=True, kw_only=True):
    """The chain walked from its beginning: `troubles` is what is wrong with it, a sentence each, empty: intact."""

    sealed: Sealed
    troubles: tuple[str, ...]

    @property
    def is_intact(self) -> bool:
        return not self.troubles

    @property
    def words(self) -> str:
        """ "Sealed 42 of 42 entries, intact."."""
        whole = self.sealed.sealed + self.sealed.waiting
        state = "intact" if self.is_intact else f"broken: {self.troubles[0]}"
        return f"Sealed {self.sealed.sealed} of {whole} entries, {state.removesuffix('.')}."


def deed_of(entry: LedgerEntry) -> Deed:
    """An entry as the log shows it; what a file has changed carries fewer fields than what a person did."""
    data: Mapping[str, Any] = entry.data
    return Deed(
        id=entry.id,
        at=entry.at,
        by=entry.actor,
        action=str(data.get("action", "")),
        subject=str(data.get("subject", "")),
        outcome=str(data.get("outcome", "done")),
        client=str(data.get("client", "")),
        text=entry.sentence,
    )
