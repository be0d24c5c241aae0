"""The audit log on the wire: as pages, as JSON lines and as a table for a spreadsheet (SEC-8)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tocsin.accounts.audit_model import AuditPage, Chain
from tocsin.accounts.audit_model import Deed as Stored
from tocsin.kernel.csv_text import csv_document

_encoder = msgspec.json.Encoder()


class Deed(msgspec.Struct, kw_only=True):
    """Who did what from where. `outcome` is done or refused; `client` is an address, empty: from within."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    outcome: str
    client: str
    text: str


class AuditLog(msgspec.Struct, kw_only=True):
    """A page, the latest first; hand `next_cursor` back as `cursor`, null at the end. `hidden`: how many entries are
    about private incidents that you are no member of.
    """

    deeds: list[Deed]
    next_cursor: str | None
    hidden: int


class AuditChain(msgspec.Struct, kw_only=True):
    """The hash chain over the audit log, walked from its beginning; `troubles` is empty when it is intact."""

    is_intact: bool
    sealed: int
    waiting: int
    sealed_at: datetime | None
    troubles: list[str]
    text: str


def audit_log(page: AuditPage, hidden: int) -> AuditLog:
    return AuditLog(
        deeds=[deed(each) for each in page.deeds],
        next_cursor=str(page.next_before) if page.next_before is not None else None,
        hidden=hidden,
    )


def audit_chain(chain: Chain) -> AuditChain:
    return AuditChain(
        is_intact=chain.is_intact,
        sealed=chain.sealed.sealed,
        waiting=chain.sealed.waiting,
        sealed_at=chain.sealed.sealed_at,
        troubles=list(chain.troubles),
        text=chain.words,
    )


def deed(stored: Stored) -> Deed:
    return Deed(**msgspec.structs.asdict(stored))


def json_lines(deeds: Iterable[Stored]) -> bytes:
    """One JSON document a line."""
    return b"".join(_encoder.encode(deed(each)) + b"\n" for each in deeds)


def audit_csv(deeds: Iterable[Stored]) -> str:
    """The same as a table; no cell is a formula (SEC-7)."""
    rows = (
        (str(each.id), f"{each.at:%Y-%m-%dT%H:%M:%SZ}", each.by, each.action, each.subject, each.outcome, each.client)
        for each in deeds
    )
    return csv_document(("id", "at", "by", "action", "subject", "outcome", "client"), rows)
