"""A sentence that blames, said of the system instead: its own words in a rule's templates. Pure.

What a template makes must not blame again; when it does, or asks for words that are not there, the next one is tried.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tocsin.postmortems.blameless_rules import Rule

LONGEST = 240
"""Characters; a longer sentence is not repeated as a whole."""

_ARTICLE = re.compile(r"(?:\b(?:an?|plain|simple|pure|classic|some) )+$", re.IGNORECASE)
_OF_BEING = re.compile(r"\b(?:is|are|was|were|be|being|so|too|just|how|very|it)(?: \w+ly)? $", re.IGNORECASE)
_CLAUSE = re.compile(r",| because | and | as | while | when ")
_DROPPABLE = re.compile(
    r"(?:care|thought)less|negligent|sloppy|reckless|irresponsible|inattentive|stupid|foolish|idiotic|\w+ly"
)


class Words(NamedTuple):
    """A sentence in three parts as it was written, the middle one blames; `groups` are parts of that."""

    before: str
    said: str
    rest: str
    groups: Mapping[str, str]


def reword(rule: Rule, words: Words, is_blameless: Callable[[str], bool]) -> tuple[str, bool]:
    """The first template of the rule that can be filled and does not blame. False: it is the last, which is advice."""
    fields = _fields(words)
    for template in rule.rewordings[:-1]:
        said = _filled(template, fields)
        if said is not None and len(said) <= LONGEST and is_blameless(said.replace("“", "").replace("”", "")):
            return said, True
    return rule.rewordings[-1], False


def _fields(words: Words) -> dict[str, str]:
    """What a template may take up; what is not there is left out."""
    fields = {
        **words.groups,
        "before": _ARTICLE.sub("", words.before),
        "rest": words.rest.strip(" .!?;|\n"),
        "without": _without(words),
    }
    if "unseen" in words.groups:
        fields["unseen"] = _CLAUSE.split(fields["rest"], 1)[0]
    if words.said.lower().rstrip().endswith("errors"):
        del fields["before"]
    return {name: text for name, text in fields.items() if text or name in ("before", "rest")}


def _without(words: Words) -> str:
    """The sentence without a judging word that it can do without: "The careless edit …" is "The edit …"."""
    said, rest = words.said.lower(), words.rest.lstrip()
    adverb = said.endswith("ly")
    if not _DROPPABLE.fullmatch(said) or not rest[:1].isalpha() or (not adverb and _OF_BEING.search(words.before)):
        return ""
    before = words.before
    if re.search(r"\ba $", before, re.IGNORECASE) and rest[0] in "aeiou":
        before = before[:-1] + "n "
    return (before + rest).strip()


def _filled(template: str, fields: Mapping[str, str]) -> str | None:
    """The template with its fields, as a sentence; None: one of them is not there."""
    try:
        said = template.format(**fields)
    except KeyError:
        return None
    said = re.sub(r" +([.,?”])", r"\1", " ".join(said.split()))
    return said[:1].upper() + said[1:] if said else None
