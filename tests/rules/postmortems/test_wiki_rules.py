"""What becomes of a page in a wiki: one page for one postmortem, and nobody's writing is lost (PMT-5)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.rules.postmortems.examples import postmortem
from tocsin.postmortems.wiki_jobs import RETRY, next_try
from tocsin.postmortems.wiki_model import CopyState, WikiCopy, WikiPage, WikiPlace
from tocsin.postmortems.wiki_rules import Create, Hold, Keep, Update, decide_write, message_of

PLACE = WikiPlace(name="Confluence", url="https://wiki.example.com", space="OPS")
TEXT = "Tocsin: INC-7, version 3"
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
KNOWN = ("5", 2)


def page(version: int, message: str = "", *, by: str = "Carol", is_ours: bool = False) -> WikiPage:
    return WikiPage(id="5", version=version, url="https://wiki/5", message=message, by=by, is_ours=is_ours)


@pytest.mark.parametrize(
    ("known", "there", "overwrite", "step"),
    [
        pytest.param(None, None, False, Create(), id="never-written"),
        pytest.param(KNOWN, page(2), False, Update("5", 3), id="untouched"),
        pytest.param(KNOWN, page(3, TEXT), False, Keep(page(3, TEXT)), id="written-and-the-answer-was-lost"),
        pytest.param(None, page(1, is_ours=True), False, Update("5", 2), id="made-and-the-answer-was-lost"),
        pytest.param(KNOWN, page(9), True, Update("5", 10), id="edited-and-overwritten"),
        pytest.param(None, page(4), True, Update("5", 5), id="title-taken-and-overwritten"),
        pytest.param(KNOWN, None, True, Create(), id="gone-and-made-again"),
    ],
)
def test_what_is_written(
    known: tuple[str, int] | None, there: WikiPage | None, overwrite: bool, step: Create | Update | Keep
) -> None:
    assert decide_write(known, there, TEXT, PLACE, overwrite=overwrite) == step


@pytest.mark.parametrize(
    ("known", "there", "why"),
    [
        pytest.param(KNOWN, page(3), "Carol has edited the page in Confluence: it has version 3 now.", id="edited"),
        pytest.param(KNOWN, page(3, by=""), "Somebody has edited", id="edited-in-the-cloud"),
        pytest.param(KNOWN, page(3, "Tocsin: INC-7, version 2"), "Carol has edited", id="an-older-one-brought-back"),
        pytest.param(KNOWN, page(1), "Carol has edited", id="its-history-was-cut"),
        pytest.param(KNOWN, None, "The page is no longer in Confluence", id="gone"),
        pytest.param(None, page(1), "A page of that title is in space OPS of Confluence already", id="of-others"),
        pytest.param(None, page(2, is_ours=True), "A page of that title is in space OPS", id="ours-and-edited"),
    ],
)
def test_what_waits_for_a_decision(known: tuple[str, int] | None, there: WikiPage | None, why: str) -> None:
    step = decide_write(known, there, TEXT, PLACE, overwrite=False)
    assert isinstance(step, Hold)
    assert step.why.startswith(why)
    assert "with leave to overwrite" in step.remedy


def test_a_page_of_another_place_is_not_known_in_this_one() -> None:
    copy = WikiCopy(
        state=CopyState.THERE,
        asked_by="@alice",
        asked_at=AT,
        overwrites=False,
        place=PLACE.key,
        page_id="5",
        page_version=2,
    )
    assert copy.page_in(PLACE) == KNOWN
    assert copy.page_in(WikiPlace(name="Confluence", url=PLACE.url, space="DEV")) is None


def test_the_message_names_what_is_written() -> None:
    assert message_of(postmortem()) == TEXT


@pytest.mark.parametrize(
    ("asked_for", "at"),
    [
        (None, AT + timedelta(seconds=30)),
        (AT + timedelta(seconds=5), AT + timedelta(seconds=30)),
        (AT + timedelta(minutes=5), AT + timedelta(minutes=5)),
        (AT + timedelta(days=5), AT + timedelta(hours=1)),
    ],
)
def test_when_it_is_tried_again(asked_for: datetime | None, at: datetime) -> None:
    assert next_try(AT, timedelta(seconds=30), asked_for) == at


def test_it_is_tried_for_more_than_an_hour() -> None:
    waits = [RETRY.next(attempt) for attempt in range(1, 10)]
    assert waits.count(None) == 2
    assert sum((each for each in waits if each), timedelta()) > timedelta(hours=1)
