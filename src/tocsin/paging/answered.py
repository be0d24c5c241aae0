"""What an answer by a message has done, and how that is told to whoever answered in writing. Pure.

Calls say it in the language of calls (`integrations/telephony/answers.py`).
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from tocsin.incidents.sentences import joined


class Did(StrEnum):
    PROVEN = "proven"  # a test has arrived
    TAKEN = "taken"  # it is theirs now
    HELPS = "helps"  # somebody else has it, and knows that they come
    DECLINED = "declined"
    NOTHING = "nothing"  # refused


class Answered(NamedTuple):
    """`ref` is the incident, "INC-1", empty for a test; `holder` who has it, of HELPS; `why` it was refused, of
    NOTHING."""

    did: Did
    ref: str = ""
    holder: str = ""
    why: str = ""


def grouped(answered: Sequence[Answered]) -> list[tuple[Answered, tuple[str, ...]]]:
    """What is told in one sentence: an outcome without its incident, and the incidents that it is of."""
    outcomes = dict.fromkeys(each._replace(ref="") for each in answered)
    return [
        (outcome, tuple(each.ref for each in answered if each._replace(ref="") == outcome and each.ref))
        for outcome in outcomes
    ]


def words_of(answered: Sequence[Answered]) -> str:
    """ "You have INC-1 and INC-2. Nobody else is woken for them." """
    return " ".join(_sentence(outcome, refs, len(answered) > 1) for outcome, refs in grouped(answered))


def _sentence(outcome: Answered, refs: Sequence[str], is_one_of_several: bool) -> str:
    named = joined(refs)
    match outcome.did:
        case Did.PROVEN:
            return "It works, thank you. This contact is proven."
        case Did.TAKEN:
            return f"You have {named}. Nobody else is woken for {'it' if len(refs) == 1 else 'them'}."
        case Did.HELPS:
            return f"{outcome.holder} has {named}, and knows that you come."
        case Did.DECLINED:
            return f"You are not called for {named} any more."
        case Did.NOTHING:
            return f"{named}: {outcome.why}" if is_one_of_several and named else outcome.why
