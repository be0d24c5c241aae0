"""What a text or a call to a number costs. Pure."""

from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal

from tocsin.kernel.outbound import SendFailed
from tocsin.setting_readers import Prices


def price_of(prices: Prices, number: str, units: int = 1) -> Decimal | None:
    """By the longest beginning that fits; None where no price was set."""
    fitting = [(prefix, price) for prefix, price in prices if number.startswith(prefix)]
    return max(fitting, key=lambda each: len(each[0]))[1] * units if fitting else None


@contextmanager
def at_cost(cost: Decimal | None) -> Generator[None]:
    """A send inside costs this; also one that failed, where the provider may have taken it without answering: no cap
    is passed by what nobody knows (PAG-9)."""
    try:
        yield
    except SendFailed as failure:
        if failure.may_have_arrived:
            failure.cost = cost
        raise
