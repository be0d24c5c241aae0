"""How a message that leaves can fail, in the words of the metrics, the ledger and the retry rules.

What to do about a failure is decided in `delivery.rules`; who may be spoken to in `kernel.addresses`.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

EXCERPT_LENGTH = 200
"""Longest piece of a peer's answer that is kept or shown, in characters (SEC-4: bodies are never reflected)."""


class FailureReason(StrEnum):
    """Why a send failed: the label of send metrics and the key of the retry table."""

    AUTHENTICATION = "authentication"  # the peer does not accept our credentials
    RATE_LIMIT = "rate_limit"  # the peer asks for fewer or later requests
    TIMEOUT = "timeout"  # no answer in time; the message may have arrived
    REFUSED = "refused"  # the peer understood and said no for good (4xx, SMTP 5yz)
    UNREACHABLE = "unreachable"  # no name, no route, connection refused or reset
    TLS = "tls"  # no trusted, encrypted connection
    REJECTED = "rejected"  # we could not build or accept the exchange: bad address, answer too long, redirect
    BLOCKED_ADDRESS = "blocked_address"  # the address guard said no (SEC-4)
    NO_ANSWER = "no_answer"  # the call was not taken, or nobody pressed a key
    COST_CAP = "cost_cap"  # what texts and calls may cost is spent
    UNREADABLE = "unreadable"  # the address is sealed with a key that we have not (SEC-3)
    OTHER = "other"  # the peer's own trouble (5xx, SMTP 4yz) and everything unforeseen


class SendFailed(Exception):
    """A send that is not known to have succeeded.

    `detail` is one sentence a person may read: no secret, no address part with credentials, no body of the peer
    beyond `EXCERPT_LENGTH`. `retry_after` is the instant the peer named, unbounded; the rules bound it. `disables`:
    the peer says that nothing will ever arrive at this address. `may_have_arrived`: the whole message was on its way
    when no answer came; `cost` is then what it costs if the peer took it all the same (PAG-9).
    """

    def __init__(
        self,
        reason: FailureReason,
        detail: str,
        *,
        retry_after: datetime | None = None,
        answer: str = "",
        disables: bool = False,
        may_have_arrived: bool = False,
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        self.answer = answer[:EXCERPT_LENGTH]
        self.disables = disables
        self.may_have_arrived = may_have_arrived
        self.cost: Decimal | None = None
