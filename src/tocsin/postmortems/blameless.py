"""The blameless check (PMT-4): where a text blames a person, why that teaches nothing, and how to say it of the system.

Pure and fast: RE2 on the prose of a Markdown text, linear in its length. Code, block quotes and quotations are skipped,
and thanks to people are never a finding.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

import msgspec
import re2

from tocsin.postmortems.blameless_rewording import Words, reword
from tocsin.postmortems.blameless_rules import NOT_THANKS, OPERATOR, RULES, THANKS, Pattern, Rule
from tocsin.postmortems.blameless_text import Lines, Prose, read_prose
from tocsin.postmortems.blameless_words import ENDS_A_PERSON, GIVEN_NAMES, NOT_ALONE

_NAME = "\ue000"
"""Stands in for each character of a person's name, so that the patterns need no list of names."""

_MARK = re.compile(r" ?(?:[-+*] |\d{1,9}[.)] |#{1,6} )? ?")
_WORD = re.compile(r"(?<![\w.@])@?[^\W\d_][\w-]*")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`line` and `column` count from 1, `length` is in characters; `words` is what was written there.

    `begins` and `ends` are offsets in the text, from 0: the sentence, without the mark of a list item or heading before
    it. Where `is_wording` holds, `rewording` may be put in its place; else it is advice.

    `rule` is one of `should-have`, `counterfactual`, `why-didnt`, `judgement`, `human-error`, `hero-praise`,
    `blaming-verb`, `person-as-cause`.
    """

    line: int
    column: int
    length: int
    rule: str
    words: str
    why: str
    rewording: str
    begins: int
    ends: int
    is_wording: bool


class _Span(NamedTuple):
    start: int
    end: int


class _Match(NamedTuple):
    start: int
    end: int
    rule: Rule
    groups: dict[str, str]


def check(text: str, people: Collection[str] = ()) -> tuple[Finding, ...]:
    """What of a Markdown text blames somebody, in its order; no two findings share a word.

    `people` are names that are known (with or without "@", whatever the case), beside the common given names.
    """
    prose, lines = read_prose(text), Lines(text)
    known = frozenset(name.removeprefix("@").casefold() for name in people)
    return tuple(_finding(text, prose, lines, match, known) for match in _matches(prose.text, known))


def _finding(text: str, prose: Prose, lines: Lines, match: _Match, known: frozenset[str]) -> Finding:
    start, end = prose.places[match.start], prose.places[match.end - 1] + 1
    begins, ends = _sentence_in(prose, match)
    words = Words(text[begins:start], text[start:end], text[end:ends], match.groups)
    rewording, is_wording = reword(match.rule, words, lambda said: not _matches(read_prose(said).text, known))
    line, column = lines.place(start)
    return Finding(
        line=line,
        column=column,
        length=end - start,
        rule=match.rule.name,
        words=" ".join(text[start:end].split()),
        why=match.rule.why,
        rewording=rewording,
        begins=begins,
        ends=ends,
        is_wording=is_wording,
    )


def _sentence_in(prose: Prose, match: _Match) -> tuple[int, int]:
    """Where the sentence around a match is in what was written."""
    begin, stop = _sentence(prose.text, match.start)
    mark = _MARK.match(prose.text, begin, match.start)
    begin = mark.end() if mark else begin
    stop = max(match.end, begin + len(prose.text[begin:stop].rstrip(" |;")))
    return prose.places[begin], prose.places[stop - 1] + 1


def _matches(prose: str, known: frozenset[str]) -> list[_Match]:
    """Of text with one sentence a line; where two share words the longer stays, then the rule that comes first."""
    marked = _mark_names(prose, known)
    every = [
        match for rule in RULES for pattern in rule.patterns for match in _matches_of(pattern, rule, marked, prose)
    ]
    every.sort(key=lambda match: (match.start, -match.end))
    kept: list[_Match] = []
    for match in every:
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


def _matches_of(pattern: Pattern, rule: Rule, marked: str, prose: str) -> Iterator[_Match]:
    compiled = _compiled(pattern.words)
    for found in compiled.finditer(marked):
        start, end = found.start(), found.end()
        spans = {name: (found.start(group), found.end(group)) for name, group in compiled.groupindex.items()}
        if end > start and _holds(pattern, _Span(start, end), spans.get("who"), marked):
            groups = {name: prose[first:last] for name, (first, last) in spans.items() if last > first >= 0}
            yield _Match(start, end, rule, groups)


def _holds(pattern: Pattern, span: _Span, who: tuple[int, int] | None, marked: str) -> bool:
    """Whether what matched means a person, here."""
    begin, stop = _sentence(marked, span.start)
    sentence, words, after = marked[begin:stop], marked[span.start : span.end], marked[span.end : stop]
    if _is_excused(pattern, sentence, after):
        return False
    if who is not None and _is_a_thing(marked[who[0] : who[1]], marked[who[1] : stop]):
        return False
    if pattern.a_person and _is_compound(words, after):
        return False
    return not _is_program(sentence, words, span.start - begin)


def _is_excused(pattern: Pattern, sentence: str, after: str) -> bool:
    """By the sentence around it, or by what follows."""
    if _says(THANKS, sentence) and not _says(NOT_THANKS, sentence):
        return True
    if pattern.only_in and not _says(pattern.only_in, sentence):
        return True
    return _says(pattern.unless_in, sentence) or _says(pattern.unless_after, after)


def _is_a_thing(who: str, after: str) -> bool:
    return _says(NOT_ALONE, after) or (after.startswith("'s") and not who.endswith(_NAME))


def _is_compound(words: str, after: str) -> bool:
    if words.endswith(_NAME) or words[-1:].isupper():
        return _says(NOT_ALONE, after)
    return not _says(ENDS_A_PERSON, after)


def _is_program(sentence: str, words: str, at: int) -> bool:
    """ "The Kubernetes operator failed to" is said of a program."""
    operator = words.lower().find("operator")
    return operator >= 0 and _says(OPERATOR, sentence[: at + operator])


def _says(words: str, text: str) -> bool:
    return words != "" and _compiled(words).search(text) is not None


@cache
def _compiled(words: str) -> "re2.Regexp":
    options = re2.Options()
    options.log_errors = False
    return re2.compile(words, options)


def _sentence(text: str, at: int) -> tuple[int, int]:
    begin, stop = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return begin, len(text) if stop < 0 else stop


def _mark_names(prose: str, known: frozenset[str]) -> str:
    def mark(word: re.Match[str]) -> str:
        text = word.group()
        is_name = text[0] == "@" or text in GIVEN_NAMES or text.casefold() in known
        return _NAME * len(text) if is_name else text

    return _WORD.sub(mark, prose)
