"""What a draft is made of: facts, each with the entry of the record that says so, and questions where nobody knows.
Pure; how they are written down is `markdown`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec


class Fact(msgspec.Struct, frozen=True):
    """A sentence out of the record. `entry` is the ledger's id of what says so; None: no single entry does, it is
    counted or measured from the whole. `at` is the instant that it speaks of, where a timeline needs one."""

    text: str
    entry: int | None = None
    at: datetime | None = None


class Question(msgspec.Struct, frozen=True):
    """What the record does not say, as a whole question to whoever goes on writing. `entry` is where it was asked."""

    text: str
    entry: int | None = None


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """Something that shall be done; None and empty are unknown. `category` is prevent, detect, respond or process."""

    text: str
    owner: str | None = None
    due: str = ""
    priority: str = ""
    category: str = ""
    state: str = ""


Statement = Fact | Question | Action


class Part(StrEnum):
    """What every postmortem tells, whatever its layout calls it (PMT-1)."""

    SUMMARY = "summary"
    IMPACT = "impact"
    TIMELINE = "timeline"
    ROOT_CAUSE = "root-cause"
    FIVE_WHYS = "five-whys"
    FACTORS = "factors"
    WENT_WELL = "went-well"
    WENT_POORLY = "went-poorly"
    ACTIONS = "actions"
    LESSONS = "lessons"
    PREVENTION = "prevention"


def facts_of(statements: Iterable[Statement]) -> list[Fact]:
    return [each for each in statements if isinstance(each, Fact)]
