"""The prose of a Markdown text, as the blameless check reads it: one sentence a line, each character with its place.

Code (spans, fences, indented), block quotes, quotations, links' targets, comments and tags are no prose: a placeholder
stands for them. Pure, and linear in the length of the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

SKIPPED = "·"
"""Stands where something was that is not read."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BREAKS = re.compile(r"[ \t]*(?:[-*+][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t])")
_END = re.compile(r"[.!?](?=[*_)]*\s)|[;|]")
_INLINE = re.compile(
    r"(?P<code>`+)|(?P<link>\]\([^()\s]{0,2000}\))|(?P<tag><[A-Za-z/!][^<>\n]{0,2000}>)|(?P<url>https?://[^\s<>]{1,2000})"
    r"|(?P<quote>[“„«\"])|(?P<single>(?<![^\s(\[])['‘‚])"
)
_BACKTICKS = re.compile("`+")
_CLOSING = {"“": "”", "„": "“”", "«": "»", '"': '"', "'": "'", "‘": "’", "‚": "‘’"}
_LONGEST_QUOTATION = 2000
_PLAIN = {"’": "'", "‘": "'", "\t": " ", "\n": " ", "\r": " ", "\u00a0": " "}
_MARKS = "*_~"


class Prose(NamedTuple):
    """`text` has one sentence a line; `places` has for each of its characters the offset in what was written."""

    text: str
    places: list[int]


def read_prose(written: str) -> Prose:
    """What of a text is to be read. Line ends, typographic apostrophes and emphasis are evened out."""
    out: list[str] = []
    places: list[int] = []
    for start, end in _blocks(written):
        _read_block(written, start, end, out, places)
        out.append("\n")
        places.append(end)
    return Prose("".join(out), places)


class Lines:
    """Where the lines of a text begin; says of an offset which line and column it is, both from 1."""

    def __init__(self, written: str) -> None:
        self._starts = [0, *(at + 1 for at, char in enumerate(written) if char == "\n")]

    def place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _blocks(written: str) -> Iterator[tuple[int, int]]:
    """Paragraphs, list items and headings, by their offsets; neither code nor block quotes."""
    begin, offset, fence, quoted, after_blank, in_list = -1, 0, "", False, True, False
    for ended in written.split("\n"):
        line = f"{ended}\n"
        start, offset = offset, min(offset + len(line), len(written))
        bare = line.strip()
        opening = _FENCE.match(line)
        if fence or opening:
            yield from _ended(begin, start)
            begin, fence = -1, _next_fence(fence, opening, bare)
            quoted = after_blank = False
        elif not bare:
            yield from _ended(begin, start)
            begin, quoted, after_blank = -1, False, True
        elif bare.startswith(">") or quoted:
            yield from _ended(begin, start)
            begin, quoted, after_blank = -1, True, False
        elif after_blank and not in_list and line.startswith(("    ", "\t")):
            begin = -1
        else:
            if _BREAKS.match(line):
                yield from _ended(begin, start)
                begin, in_list = -1, not bare.startswith("#")
            elif not line.startswith((" ", "\t")) and after_blank:
                in_list = False
            begin, after_blank = (start if begin < 0 else begin), False
    yield from _ended(begin, len(written))


def _ended(begin: int, end: int) -> Iterator[tuple[int, int]]:
    if begin >= 0:
        yield begin, end


def _next_fence(fence: str, opening: re.Match[str] | None, bare: str) -> str:
    """The fence that is open after this line."""
    if not fence:
        return opening[1] if opening else ""
    closes = bare.startswith(fence) and not bare.strip(fence[0])
    return "" if closes else fence


def _read_block(written: str, start: int, end: int, out: list[str], places: list[int]) -> None:
    at = start
    block = written[start:end]
    looked: dict[str, int] = {}
    while at < end:
        found = _INLINE.search(block, at - start)
        stop = start + found.start() if found else end
        _read_plain(written, at, stop, out, places)
        if found is None:
            return
        after = start + _skipped_to(block, found, looked)
        if after > stop:
            out.append(SKIPPED)
            places.append(stop)
            at = after
        else:
            out.append(" ")
            places.append(stop)
            at = start + found.end()


def _skipped_to(block: str, found: re.Match[str], looked: dict[str, int]) -> int:
    """Where what begins here ends; its own start when it never does. `looked` keeps the time linear: up to where there
    is no end for each kind of opening."""
    if found.lastgroup == "code":
        end = _end_of_code(block, found, looked)
    elif found.lastgroup in ("quote", "single"):
        end = _end_of_quotation(block, found, looked)
    else:
        return found.end()
    return found.start() if end < 0 else end


def _end_of_code(block: str, found: re.Match[str], looked: dict[str, int]) -> int:
    """Behind the next run of as many backticks, -1: there is none."""
    opening = found.group()
    if opening in looked:
        return -1
    for run in _BACKTICKS.finditer(block, found.end()):
        if run.group() == opening:
            return run.end()
    looked[opening] = len(block)
    return -1


def _end_of_quotation(block: str, found: re.Match[str], looked: dict[str, int]) -> int:
    opening, single = found.group(), found.lastgroup == "single"
    limit = min(len(block), found.end() + _LONGEST_QUOTATION)
    for at in range(max(found.end(), looked.get(opening, 0)), limit):
        inside_word = single and at + 1 < len(block) and block[at + 1].isalnum()
        if block[at] in _CLOSING[opening] and not inside_word:
            return at + 1
    looked[opening] = limit
    return -1


def _read_plain(written: str, start: int, end: int, out: list[str], places: list[int]) -> None:
    ends = {each.start() for each in _END.finditer(written, start, end)}
    for at in range(start, end):
        char = _PLAIN.get(written[at], written[at])
        if char in _MARKS and not _in_word(written, at):
            continue
        if char == " " and out and out[-1] in " \n":
            continue
        out.append(char)
        places.append(at)
        if at in ends:
            out.append("\n")
            places.append(at)


def _in_word(written: str, at: int) -> bool:
    return 0 < at < len(written) - 1 and written[at - 1].isalnum() and written[at + 1].isalnum()
