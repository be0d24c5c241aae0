"""Plain text from strangers made safe to put in one line of a header, a log or a message, and numbers read from it.
Knows no markup.
"""

import re
import unicodedata

_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """Without control and formatting characters, which hide or reorder what a reader sees, and without lone surrogates;
    line ends and tabs are kept.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if char in "\n\t" or not _is_invisible(char))


def one_line(text: str, limit: int | None = None) -> str:
    """Cleaned, every run of white space made one space, cut to `limit` characters with an ellipsis."""
    line = clean(_SPACE.sub(" ", text)).strip()
    return line if limit is None else shorten(line, limit)


def visible(text: str) -> str:
    """One line in which every character can be seen: line ends, escapes and the rest as they are written in Python."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters; what was cut shows as an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def whole_number(text: str, digits: int = 18) -> int | None:
    """Digits alone, no more than these; None for anything else. 18 are few enough for a column."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def _is_invisible(char: str) -> bool:
    # Cf holds the bidirectional overrides, but also the joiners that emoji and some scripts need.
    return unicodedata.category(char) in ("Cc", "Cs") or (
        unicodedata.category(char) == "Cf" and char not in "\u200c\u200d"
    )
