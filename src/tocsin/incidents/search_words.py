"""What is looked for, as PostgreSQL reads it, and what was found, cut where it matches. Pure."""

from collections.abc import Iterator

import msgspec

from tocsin.kernel.errors import Invalid

MOST_CHARACTERS = 200

BEGIN, END = "\x02", "\x03"
"""Stand around a match in what the database answers; no text that it marks holds them."""


class Piece(msgspec.Struct, frozen=True):
    """A part of an excerpt: plain text, whoever shows it escapes it."""

    text: str
    is_match: bool


def to_query(asked: str) -> str:
    """Every word must be there, each perhaps only the beginning of one: `v2.3 check` finds "checkout v2.3.1".

    Raises Invalid for a text without words, or one that is too long.
    """
    words = asked.split()
    if not any(character.isalnum() for character in asked):
        raise Invalid("There is nothing to look for.", 'Write a word or several, such as "checkout v2.3".', field="q")
    if len(asked) > MOST_CHARACTERS:
        raise Invalid(
            f"This has {len(asked)} characters, and {MOST_CHARACTERS} are looked for.", "Write fewer words.", field="q"
        )
    return " & ".join(_quoted(word) for word in words if any(character.isalnum() for character in word))


def pieces(marked: str) -> tuple[Piece, ...]:
    """ "the \\x02cache\\x03 is cold" → the, cache (a match), is cold."""
    return tuple(_pieces(marked))


def _pieces(marked: str) -> Iterator[Piece]:
    for part in marked.split(BEGIN):
        match, mark, rest = part.partition(END)
        if mark and match:
            yield Piece(match, True)
        plain = rest if mark else match
        if plain:
            yield Piece(plain, False)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}':*"
