"""What happened to people and credentials; all on the ledger topic `audit` (SEC-8)."""

from tocsin.kernel.ledger import Event

AUDIT = "audit"


class Audited(Event, frozen=True, kw_only=True):
    """Who did what from where. `outcome` is "done" or "refused": a rejected attempt is written too."""

    topic: str = AUDIT
    action: str
    subject: str
    outcome: str = "done"
    client: str = ""
