"""Enhanced status codes of mail servers (RFC 3463), as far as they say what to do about an address. Pure."""

import re

_CODE = re.compile(r"(?<![\w.])([245])\.(\d{1,3})\.(\d{1,3})(?![\w.])")
_DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})


def status_in(text: str) -> str:
    """The first code in a line such as "550 5.1.1 no such user"; empty where there is none."""
    found = _CODE.search(text)
    return found.group() if found else ""


def is_dead(status: str) -> bool:
    """There is no such mailbox, or no such domain: no mail will ever arrive. Other codes of class 5.1 are about the
    sender, or say nothing for sure."""
    return status in _DEAD
