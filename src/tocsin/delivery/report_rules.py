"""What a provider's later word about a message changes. Pure.

Providers repeat their reports, give them in any order, and give one before their answer to the send is written down.
So every report has a rank, and so has every state: only a report of a higher rank moves a delivery. Whatever the order,
the last word is the same, and nothing that has failed is revived.
"""

from datetime import datetime

from tocsin.delivery.model import Delivery, DeliveryState, Report, Word
from tocsin.delivery.rules import TryAgain, is_too_old
from tocsin.kernel.durations import format_duration
from tocsin.kernel.outbound import FailureReason

_RANK = {
    DeliveryState.SENDING: 0,
    DeliveryState.TAKEN: 0,
    DeliveryState.WAITING: 1,
    DeliveryState.SENT: 2,
    DeliveryState.FAILED: 3,
    DeliveryState.SUPERSEDED: 3,
}
"""What waits has been tried already: before its first try a message is none of a provider's business."""


def after_report(delivery: Delivery, report: Report, now: datetime) -> DeliveryState | TryAgain | None:
    """The state in which the delivery ends, when it is tried again, or None: the report changes nothing.

    What was taken back while the provider had it ends as superseded, whatever is said of it. Whoever has answered by a
    message has got it.
    """
    if delivery.attempts == 0 or not _is_about_this_try(delivery, report):
        return None
    wanted = _wanted(delivery, report, now)
    if _rank_of(wanted) <= _RANK[delivery.state]:
        return None
    was_taken_back = delivery.superseded is not None and delivery.state is not DeliveryState.SENT
    return DeliveryState.SUPERSEDED if was_taken_back else wanted


def silence(delivery: Delivery) -> Report:
    """What it means that nothing was heard of a message that a provider took."""
    waited = ""
    if delivery.taken_at is not None and delivery.silence_at is not None:
        waited = f" for {format_duration(delivery.silence_at - delivery.taken_at)}"
    reason = FailureReason.TIMEOUT if delivery.on_silence is Word.FAILED else None
    return Report(delivery.on_silence or Word.ARRIVED, f"the provider said nothing more{waited}", reason)


def _is_about_this_try(delivery: Delivery, report: Report) -> bool:
    """While a try is under way its own name is not known yet: the one that is known is that of the try before."""
    if not report.ref or not delivery.ref:
        return True
    is_the_known_one = report.ref == delivery.ref
    return not is_the_known_one if delivery.state is DeliveryState.SENDING else is_the_known_one


def _wanted(delivery: Delivery, report: Report, now: datetime) -> DeliveryState | TryAgain:
    if report.word is Word.ARRIVED or delivery.link_used_at is not None:
        return DeliveryState.SENT
    if report.again_after is None or is_too_old(delivery, now + report.again_after):
        return DeliveryState.FAILED
    return TryAgain(now + report.again_after)


def _rank_of(wanted: DeliveryState | TryAgain) -> int:
    return _RANK[DeliveryState.WAITING if isinstance(wanted, TryAgain) else wanted]
