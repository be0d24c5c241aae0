"""What was said about rest. Topics are the person's: `user/3`."""

from datetime import date, datetime

from tocsin.kernel.ledger import Event


class RestAdvised(Event, frozen=True, kw_only=True):
    """`user` was paged in the night of that evening, first `woken_at`, and was told to rest; so were the `leads`."""

    user: str
    night: date
    woken_at: datetime
    pages: int
    leads: tuple[str, ...]
