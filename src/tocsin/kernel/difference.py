"""What has changed between two versions of a text: line by line, and inside a changed line word by word. Pure.

The work is bounded whatever the texts are: where they are too large to be compared closely, what stands between their
common beginning and their common end counts as replaced.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

import msgspec

from tocsin.kernel.text import one_line

CONTEXT = 2
"""So many lines that stayed are shown around each change."""
_MOST_LINES = 4_000
_MOST_PAIRS = 200
_MOST_WORDS = 400
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.4
"""Lines that share less than this part of their words were not changed but replaced: shown whole they read better."""


class Change(StrEnum):
    """What became of a line or a word."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    LEFT_OUT = "left-out"  # lines that stayed and are not shown


class Piece(msgspec.Struct, frozen=True):
    """A run of text in a line."""

    change: Change
    text: str


class Line(msgspec.Struct, frozen=True):
    """`change` of the line as a whole; a line of which words were changed stands as the removed one and the added one,
    its pieces say which words; an empty line has none. `n` is how many lines a line stands for that are left out,
    else 1.
    """

    change: Change
    pieces: tuple[Piece, ...]
    n: int = 1

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Tally(msgspec.Struct, frozen=True):
    """How many lines were added and removed."""

    added: int
    removed: int

    @property
    def words(self) -> str:
        """ "3 lines added, 1 removed"."""
        if not self.added and not self.removed:
            return "nothing changed"
        told = [(self.added, "added"), (self.removed, "removed")]
        said = [f"{n} {'line ' if n == 1 else 'lines '}{what}" for n, what in told if n]
        return ", ".join([said[0], *(re.sub(r" lines? ", " ", each) for each in said[1:])])


def compare(before: str, after: str) -> list[Line]:
    """Every line of both, in the order in which they are read."""
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in _steps(old, new):
        if tag == "equal":
            lines += [_whole(Change.SAME, text) for text in old[i1:i2]]
        else:
            lines += _replaced(old[i1:i2], new[j1:j2])
    return lines


def shortened(lines: Sequence[Line], context: int = CONTEXT) -> list[Line]:
    """Only what changed with `context` lines around it; the rest is said as a number of lines."""
    near = {
        at + step
        for at, line in enumerate(lines)
        if line.change is not Change.SAME
        for step in range(-context, context + 1)
    }
    short: list[Line] = []
    for at, line in enumerate(lines):
        if at in near:
            short.append(line)
        elif short and short[-1].change is Change.LEFT_OUT:
            short[-1] = Line(Change.LEFT_OUT, (), short[-1].n + 1)
        else:
            short.append(Line(Change.LEFT_OUT, ()))
    return short


def tally(lines: Sequence[Line]) -> Tally:
    changes = [line.change for line in lines]
    return Tally(changes.count(Change.ADDED), changes.count(Change.REMOVED))


def in_text(lines: Sequence[Line]) -> Iterator[str]:
    """As a terminal or a mail shows it: `+` and `-` in front of what was added and removed."""
    for line in lines:
        if line.change is Change.LEFT_OUT:
            yield f"  … {line.n} {'line' if line.n == 1 else 'lines'} as before"
        else:
            yield f"{_SIGNS[line.change]} {one_line(line.text)}".rstrip()


_SIGNS = {Change.SAME: " ", Change.ADDED: "+", Change.REMOVED: "-"}

Step = tuple[str, int, int, int, int]
"""As `SequenceMatcher.get_opcodes` gives them."""


def _steps(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    begin = _common(old, new)
    end = _common(old[begin:][::-1], new[begin:][::-1])
    middle_old, middle_new = old[begin : len(old) - end], new[begin : len(new) - end]
    if max(len(middle_old), len(middle_new)) > _MOST_LINES:
        steps: list[Step] = [("replace", begin, len(old) - end, begin, len(new) - end)]
    else:
        matcher = SequenceMatcher(None, middle_old, middle_new)
        steps = [(tag, i1 + begin, i2 + begin, j1 + begin, j2 + begin) for tag, i1, i2, j1, j2 in matcher.get_opcodes()]
    first: list[Step] = [("equal", 0, begin, 0, begin)] if begin else []
    last: list[Step] = [("equal", len(old) - end, len(old), len(new) - end, len(new))] if end else []
    return [*first, *steps, *last]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Lines that were taken away, then those that came; where as many came, each is compared with its successor."""
    if len(old) != len(new) or len(old) > _MOST_PAIRS:
        yield from (_whole(Change.REMOVED, text) for text in old)
        yield from (_whole(Change.ADDED, text) for text in new)
        return
    for gone, come in zip(old, new, strict=True):
        yield from _changed(gone, come)


def _changed(gone: str, come: str) -> tuple[Line, Line]:
    old, new = _WORD.findall(gone), _WORD.findall(come)
    if max(len(old), len(new)) <= _MOST_WORDS:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        if matcher.ratio() >= _ALIKE:
            removed = _pieces(old, Change.REMOVED, [(tag, i1, i2) for tag, i1, i2, _, _ in matcher.get_opcodes()])
            added = _pieces(new, Change.ADDED, [(tag, j1, j2) for tag, _, _, j1, j2 in matcher.get_opcodes()])
            return Line(Change.REMOVED, removed), Line(Change.ADDED, added)
    return _whole(Change.REMOVED, gone), _whole(Change.ADDED, come)


def _pieces(words: Sequence[str], change: Change, steps: Sequence[tuple[str, int, int]]) -> tuple[Piece, ...]:
    return tuple(
        Piece(Change.SAME if tag == "equal" else change, "".join(words[begin:end]))
        for tag, begin, end in steps
        if begin < end
    )


def _whole(change: Change, text: str) -> Line:
    return Line(change, (Piece(change, text),) if text else ())
