"""The pages about schedules: each file is read, would be applied, and gives the shifts that stand below it."""

import re
from datetime import UTC, datetime
from itertools import groupby

import pytest

from tests.docs.test_configuration_reference import NOTHING
from tests.docs.walkthrough import ROOT
from tocsin.config.document import Document
from tocsin.config.files import load_texts
from tocsin.config.plan import decide_plan
from tocsin.kernel.localtime import instant_of, zone_of
from tocsin.oncall.model import Schedule, Shift
from tocsin.oncall.rotation import shifts

PAGES = sorted((ROOT / "docs" / "howto").glob("schedule-*.md"))
BLOCK = re.compile(r"^```(yaml|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"^(?:(\S+) )?from (\S+ \S+) to (\S+ \S+)$")


def files() -> list[object]:
    """Each file of each page, with the texts that stand below it."""
    found: list[object] = []
    for page in PAGES:
        blocks: list[tuple[str, str]] = BLOCK.findall(page.read_text(encoding="utf-8"))
        number = 0
        for kind, group in groupby(blocks, key=lambda block: block[0]):
            texts = [text for _, text in group]
            if kind == "yaml":
                (file,) = texts
                number += 1
            else:
                found.append(pytest.param(file, texts, id=f"{page.stem}-{number}"))
    return found


@pytest.mark.parametrize(("file", "texts"), files())
def test_a_file_gives_the_shifts_below_it(file: str, texts: list[str]) -> None:
    document = load_texts({"page.yaml": file}, {})
    assert decide_plan(NOTHING, document, datetime(2026, 1, 1, tzinfo=UTC), {}).errors == ()
    for text in texts:
        assert rendered(document, text.splitlines()[0]) == text


def test_every_file_says_what_it_gives() -> None:
    for page in PAGES:
        kinds = [kind for kind, _ in BLOCK.findall(page.read_text(encoding="utf-8"))]
        assert kinds, page
        assert all(kinds[n + 1 : n + 2] == ["text"] for n, kind in enumerate(kinds) if kind == "yaml"), page


def rendered(document: Document, span: str) -> str:
    """The shifts of a schedule, the first one where none is named, as the pages write them."""
    match = SPAN.match(span)
    assert match is not None, f"{span!r} is no span"
    schedules = {item.value.name: item.value for item in document.schedules}
    schedule = schedules[match[1]] if match[1] else next(iter(schedules.values()))
    starts_at, ends_at = (_instant(text, schedule) for text in match.groups()[1:])
    return "\n".join([span, *(_line(one, schedule) for one in shifts(schedule, starts_at, ends_at))]) + "\n"


def _instant(text: str, schedule: Schedule) -> datetime:
    return instant_of(datetime.fromisoformat(text), zone_of(schedule.time_zone))


def _line(shift: Shift, schedule: Schedule) -> str:
    begins = shift.starts_at.astimezone(zone_of(schedule.time_zone))
    shadows = f" (shadow: {', '.join(shift.shadows)})" if shift.shadows else ""
    return f"{begins:%a %Y-%m-%d %H:%M}  {', '.join(shift.users) or 'nobody'}{shadows}"
