"""What was announced of error budgets. Topics are the service's: `service/checkout`."""

from datetime import datetime

from tocsin.kernel.ledger import Event


class BudgetExhausted(Event, frozen=True, kw_only=True):
    """So much of it is used, in per cent; `consequences` follow until there is some again."""

    service: str
    objective: str
    percent: int
    consequences: tuple[str, ...]


class BudgetRecovered(Event, frozen=True, kw_only=True):
    """There is budget again; it had been used up `since`."""

    service: str
    objective: str
    since: datetime
