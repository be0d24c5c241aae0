"""What a draft changes for one question: the calls that go, come, and move. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from tocsin.simulation.model import Call, Outcome


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """`sign` is "-" for what happens now and would not, "+" for what would and does not now."""

    sign: str
    at: datetime
    person: str
    sentence: str


def differences(live: Outcome, draft: Outcome) -> list[Difference]:
    """In the order of time; empty when the same people are called at the same times by the same ways."""
    found = [*_missing("-", live.calls, draft.calls), *_missing("+", draft.calls, live.calls)]
    return sorted(found, key=lambda each: (each.at, each.sign, each.person))


def _missing(sign: str, these: Sequence[Call], others: Sequence[Call]) -> Iterator[Difference]:
    """The calls of one side that the other has not, counted: somebody may be called twice at an instant."""
    left = Counter(_essence(call) for call in others)
    for call in these:
        left[_essence(call)] -= 1
        if left[_essence(call)] < 0:
            ways = ", ".join(dict.fromkeys(send.kind for send in call.sends if not send.dropped)) or "no way at all"
            sentence = f"{call.person} by {ways}, {call.label}: {call.why}"
            yield Difference(sign=sign, at=call.at, person=call.person, sentence=sentence)


def _essence(call: Call) -> tuple[datetime, str, str, tuple[tuple[datetime, str, str], ...]]:
    """Who, when and how; by which rung is of no interest to whoever is woken."""
    return call.at, call.person, call.urgency, tuple((s.at, s.kind, s.address) for s in call.sends if not s.dropped)
