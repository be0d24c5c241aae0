"""How a text is paid for: in segments of 160 characters of the GSM alphabet (3GPP TS 23.038), or of 70 of any other.
A text of more than one has fewer in each, for the header that joins them (3GPP TS 23.040). Pure.
"""

import unicodedata
from typing import NamedTuple

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")
"""Characters of the extension table: an escape and a character."""

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„«»‟", '"'),
        **dict.fromkeys("‘’‚‹›´`", "'"),
        **dict.fromkeys("\u2010\u2011\u2012–—−•·", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f\t", " "),
        "…": "...",
        "→": "->",
        "×": "x",
        "≥": ">=",
        "≤": "<=",
    }
)


class Cost(NamedTuple):
    """Of one text."""

    segments: int
    is_gsm: bool


def cost_of(text: str) -> Cost:
    if all(char in _GSM or char in _GSM_TWICE for char in text):
        return Cost(_segments([2 if char in _GSM_TWICE else 1 for char in text], 160, 153), True)
    return Cost(_segments([len(char.encode("utf-16-le")) // 2 for char in text], 70, 67), False)


def _segments(lengths: list[int], alone: int, joined: int) -> int:
    """A character is never parted between two segments."""
    if sum(lengths) <= alone:
        return 1
    count, used = 1, 0
    for length in lengths:
        if used + length > joined:
            count, used = count + 1, 0
        used += length
    return count


def plain(text: str) -> str:
    """In the GSM alphabet where that says the same: one curly quote would halve what fits into a segment."""
    return "".join(_plain_char(char) for char in text.translate(_PLAIN))


def _plain_char(char: str) -> str:
    """`č` is readable as `c`; what has no such likeness stays as it is."""
    if char in _GSM or char in _GSM_TWICE:
        return char
    likeness = unicodedata.normalize("NFKD", char)[0]
    return likeness if likeness in _GSM else char


def fit(head: str, tail: str, most: int) -> str:
    """Both, the head cut until they fit into `most` segments; the tail, which says what to do, is never cut."""
    whole = f"{head} {tail}".strip()
    if cost_of(whole).segments <= most:
        return whole
    low, high = 0, len(head)
    while low < high:
        middle = (low + high + 1) // 2
        if cost_of(_cut(head, tail, middle)).segments <= most:
            low = middle
        else:
            high = middle - 1
    return _cut(head, tail, low)


def _cut(head: str, tail: str, length: int) -> str:
    return f"{head[:length].rstrip()}... {tail}".strip()
