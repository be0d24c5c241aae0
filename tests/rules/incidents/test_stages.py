"""Which time box an incident is in, and when it is over (LIF-4)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.profiles import active
from tocsin.incidents.model import Status
from tocsin.incidents.stages import Box, in_words, stage_box

M = timedelta(minutes=1)
TAKEN = {"status": Status.ACKNOWLEDGED, "acknowledged_at": T0}


@pytest.mark.parametrize(
    ("profile", "level", "changes", "name", "ends"),
    [
        ("sre", "SEV-1", {}, "respond", 5),
        ("sre", "SEV-1", TAKEN, "mitigate", 60),
        ("sre", "SEV-1", TAKEN | {"status": Status.IDENTIFIED}, "mitigate", 60),
        ("sre", "SEV-1", TAKEN | {"status": Status.MONITORING, "mitigated_at": T0}, None, 0),
        ("framework", "SEV1", TAKEN, "assess", 10),
        ("framework", "SEV1", TAKEN | {"status": Status.IDENTIFIED}, "mitigate", 30),
        ("framework", "SEV1", TAKEN | {"status": Status.MONITORING, "mitigated_at": T0}, "resolve", 60),
        ("p-levels", "P0", TAKEN | {"status": Status.MONITORING, "mitigated_at": T0}, "monitor", 90),
        ("sre", "SEV-1", TAKEN | {"status": Status.RESOLVED, "mitigated_at": T0}, None, 0),
    ],
)
def test_the_first_box_whose_work_is_not_done(
    profile: str, level: str, changes: dict[str, Any], name: str | None, ends: int
) -> None:
    box = stage_box(active(profile).level(level), incident(**changes), T0 + M)
    assert (box.name if box else None) == name
    if box is not None:
        assert (box.ends_at, box.is_overdue) == (T0 + ends * M, False)


def test_what_nobody_has_classified_has_no_box() -> None:
    assert stage_box(None, incident(severity=None), T0) is None


def test_a_box_is_over_after_its_end_and_not_at_it() -> None:
    level = active("sre").level("SEV-1")
    for minutes, is_overdue in ((5, False), (6, True)):
        box = stage_box(level, incident(), T0 + minutes * M)
        assert box is not None
        assert (box.name, box.is_overdue) == ("respond", is_overdue)


@pytest.mark.parametrize(
    ("ends", "now", "words"),
    [
        (60, 12, "time to mitigate: 12 of 60 min"),
        (60, 68, "time to mitigate: 8 min over"),
        (60, 60 + 125, "time to mitigate: 2 h 5 min over"),
        (480, 61, "time to mitigate: 1 h 1 min of 8 h"),
        (4320, 2880, "time to mitigate: 2 days of 3 days"),
    ],
)
def test_in_words(ends: int, now: int, words: str) -> None:
    box = Box("mitigate", T0, T0 + ends * M, now > ends)
    assert in_words(box, T0, T0 + now * M) == words
