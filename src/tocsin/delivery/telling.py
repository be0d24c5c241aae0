"""What has become of one delivery, as the facts that `events` names: each about its topic, in one sentence. Pure."""

from datetime import timedelta
from typing import Any

from tocsin.delivery.events import DeliveryDelayed, DeliveryEnded, DeliveryHeld, DeliveryTaken
from tocsin.delivery.model import Delivery, DeliveryState
from tocsin.delivery.pacing import Hold
from tocsin.delivery.rules import is_routine
from tocsin.delivery.wording import deed
from tocsin.kernel.outbound import FailureReason, SendFailed


def held(delivery: Delivery, hold: Hold) -> DeliveryHeld:
    sentence = f"{deed(delivery)} is held until {hold.until:%H:%M:%S} UTC: {hold.why}."
    return DeliveryHeld(**_about(delivery, sentence), until=hold.until, reason=hold.why)


def delayed(delivery: Delivery, failure: SendFailed) -> DeliveryDelayed:
    sentence = f"{deed(delivery)} did not go through yet: {failure.detail}. It is tried again."
    return DeliveryDelayed(**_about(delivery, sentence), reason=failure.reason, attempt=delivery.attempts)


def taken(delivery: Delivery, sentence: str) -> DeliveryTaken:
    return DeliveryTaken(**_about(delivery, sentence, DeliveryState.SENT))


def ended(
    delivery: Delivery,
    state: DeliveryState,
    reason: FailureReason | None,
    sentence: str,
    *,
    is_last: bool,
    rings_for: timedelta | None = None,
) -> DeliveryEnded:
    about = _about(delivery, sentence, state)
    return DeliveryEnded(**about, state=state, reason=reason, is_last=is_last, rings_for=rings_for)


def _about(delivery: Delivery, sentence: str, state: DeliveryState | None = None) -> dict[str, Any]:
    """The names that every fact about a delivery carries; one that is routine in this state is on no timeline."""
    is_quiet = state is not None and is_routine(delivery, state)
    return {
        "topic": f"delivery/{delivery.id}" if is_quiet else delivery.topic,
        "scope_id": delivery.scope_id,
        "sentence": sentence,
        "delivery_id": delivery.id,
        "notification_id": delivery.notification_id,
        "user_id": delivery.user_id,
        "channel": delivery.kind,
        "purpose": delivery.purpose,
        "cause": delivery.cause,
    }
