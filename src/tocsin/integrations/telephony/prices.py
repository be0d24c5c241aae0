"""What a text or a call to a number costs. Pure."""

from decimal import Decimal

from tocsin.setting_readers import Prices


def price_of(prices: Prices, number: str, units: int = 1) -> Decimal | None:
    """By the longest beginning that fits; None where no price was set."""
    fitting = [(prefix, price) for prefix, price in prices if number.startswith(prefix)]
    return max(fitting, key=lambda each: len(each[0]))[1] * units if fitting else None
