"""Names break at their seams on a narrow screen, and are escaped all the same."""

import pytest

from tocsin.surfaces.web.render import breakable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Checkout answers 500", "Checkout answers 500"),
        ("CheckoutAnswers5xx", "Checkout<wbr>Answers5xx"),
        ("payments_db/replica", "payments<wbr>_db<wbr>/replica"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_breakable(name: str, shown: str) -> None:
    assert str(breakable(name)) == shown
