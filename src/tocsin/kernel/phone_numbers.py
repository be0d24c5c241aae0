"""Telephone numbers in the one form that every provider understands: E.164 (ITU-T), `+4915112345678`."""

import re

_ORNAMENT = re.compile(r"[\s().\-/\u2010-\u2015]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def parse_phone_number(text: str) -> str:
    """The number without what people put between its digits. Raises ValueError unless it names its country."""
    number = _ORNAMENT.sub("", text)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not _E164.fullmatch(number):
        raise ValueError("a number begins with + and the country, such as +49 151 12345678")
    return number


def masked_number(number: str) -> str:
    """ "+49…678": enough to know one's own number by."""
    return f"{number[:3]}…{number[-3:]}"
