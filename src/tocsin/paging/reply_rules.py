"""What somebody means who answers a text (PAG-4). Pure."""

import re
from enum import StrEnum
from typing import NamedTuple

TAKE = frozenset({"4", "ack", "acknowledge", "take", "yes", "y", "ok"})
NEXT = frozenset({"6", "decline", "pass", "no", "n", "next"})
STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START = frozenset({"start", "unstop"})

HELP = (
    "This is Tocsin. Answer a page with 4 and its code to take it, or 6 and its code to have the next person called:"
    " 4 1234. STOP ends the texts."
)

_CODE = re.compile(r"[0-9]{4}")
_PARTS = re.compile(r"[\s,.:;#!-]+")


class Meaning(StrEnum):
    TAKE = "take"
    NEXT = "next"
    STOP = "stop"
    START = "start"
    UNKNOWN = "unknown"


class Reply(NamedTuple):
    """`code` is empty where none was written."""

    meaning: Meaning
    code: str = ""


def read_reply(text: str) -> Reply:
    """`4 1234`, `ACK 1234`, `1234 no`, `41234`, `stop`. Anything else is unknown, and so is more than was asked for."""
    words = [word for word in _PARTS.split(text.strip().lower()[:100]) if word]
    if words and words[0] in STOP:
        return Reply(Meaning.STOP)
    if words and words[0] in START:
        return Reply(Meaning.START)
    if len(words) == 1 and len(words[0]) == 5 and words[0].isdecimal() and words[0].isascii():
        words = [words[0][0], words[0][1:]]
    codes = [word for word in words if _CODE.fullmatch(word)]
    deeds = [word for word in words if word not in codes]
    meaning = _meaning(deeds[0]) if len(deeds) == 1 else Meaning.UNKNOWN
    if meaning is Meaning.UNKNOWN or len(codes) > 1:
        return Reply(Meaning.UNKNOWN)
    return Reply(meaning, codes[0] if codes else "")


def _meaning(word: str) -> Meaning:
    if word in TAKE:
        return Meaning.TAKE
    return Meaning.NEXT if word in NEXT else Meaning.UNKNOWN
