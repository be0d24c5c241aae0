"""What somebody who answers a text is told that it has done."""

import pytest

from tocsin.paging.answered import Answered, Did, grouped, words_of

TAKEN = [Answered(Did.TAKEN, f"INC-{n}") for n in (1, 2, 3)]
OVER = Answered(Did.NOTHING, "INC-4", why="INC-4 is resolved.")


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        (TAKEN[:1], "You have INC-1. Nobody else is woken for it."),
        (TAKEN, "You have INC-1, INC-2 and INC-3. Nobody else is woken for them."),
        ([Answered(Did.HELPS, "INC-7", holder="bob")], "bob has INC-7, and knows that you come."),
        ([Answered(Did.DECLINED, "INC-7")], "You are not called for INC-7 any more."),
        ([Answered(Did.PROVEN)], "It works, thank you. This contact is proven."),
        ([OVER], "INC-4 is resolved."),
        ([OVER, TAKEN[0]], "INC-4: INC-4 is resolved. You have INC-1. Nobody else is woken for it."),
        ([Answered(Did.NOTHING, why="This link has been used.")], "This link has been used."),
    ],
)
def test_each_outcome_is_one_sentence_that_names_its_incidents(answered: list[Answered], said: str) -> None:
    assert words_of(answered) == said


def test_two_holders_are_two_outcomes() -> None:
    helps = [Answered(Did.HELPS, "INC-1", holder=name) for name in ("bob", "carol")]
    assert [(outcome.holder, refs) for outcome, refs in grouped(helps)] == [("bob", ("INC-1",)), ("carol", ("INC-1",))]
