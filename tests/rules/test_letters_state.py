"""How the last letter with a one-time link stands (SEC-2)."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests.rules.test_delivery_rules import delivery
from tocsin.accounts.model import OneTimeLink
from tocsin.delivery.letters import LetterState, letter
from tocsin.delivery.model import DeliveryState

MADE = datetime(2026, 11, 21, 3, tzinfo=UTC)
SENT = MADE + timedelta(minutes=1)
UNTIL = MADE + timedelta(days=7)
LINK = OneTimeLink(5, MADE, UNTIL, None)
USED = OneTimeLink(5, MADE, UNTIL, MADE + timedelta(hours=2))
NEWER = OneTimeLink(5, MADE + timedelta(hours=1), UNTIL, None)
NOW = MADE + timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "link", "now", "stands", "since"),
    [
        (DeliveryState.WAITING, LINK, NOW, LetterState.WAITING, MADE),
        (DeliveryState.SENDING, LINK, NOW, LetterState.WAITING, MADE),
        (DeliveryState.SENT, LINK, NOW, LetterState.SENT, SENT),
        (DeliveryState.FAILED, LINK, NOW, LetterState.FAILED, SENT),
        (DeliveryState.FAILED, USED, NOW, LetterState.USED, USED.used_at),  # a mail that comes back late did arrive
        (DeliveryState.SENT, LINK, UNTIL, LetterState.EXPIRED, UNTIL),
        (DeliveryState.FAILED, LINK, UNTIL, LetterState.FAILED, SENT),
        (DeliveryState.SENT, USED, UNTIL, LetterState.USED, USED.used_at),
        (DeliveryState.SENT, NEWER, NOW, LetterState.WITHDRAWN, SENT),
        (DeliveryState.SENT, None, NOW, LetterState.WITHDRAWN, SENT),
    ],
)
def test_how_it_stands(
    state: DeliveryState, link: OneTimeLink | None, now: datetime, stands: LetterState, since: datetime
) -> None:
    waits = state in (DeliveryState.WAITING, DeliveryState.SENDING)
    sent = msgspec.structs.replace(
        delivery(), state=state, requested_at=MADE, sent_at=None if waits else SENT, ended_at=None if waits else SENT
    )
    told = letter(sent, link, now)
    assert (told.state, told.at) == (stands, since)
    assert told.opens_until == (UNTIL if link in (LINK, USED) else None)
