"""What makes an override sound, and what its end leaves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tocsin.kernel.errors import Invalid, Refused
from tocsin.oncall import overriding
from tocsin.oncall.change_model import OverrideDraft
from tocsin.oncall.model import Layer, Override, Part, Rotation, Schedule
from tocsin.oncall.overriding import after_ending, decide_ending, decide_override

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEK = Layer(
    name="week",
    rotation=Rotation.WEEKLY,
    starts=datetime(2026, 3, 2, 9),  # noqa: DTZ001  local to the schedule's zone
    users=(("ann", "cleo"), ("ben",)),
)
SCHEDULE = Schedule(name="primary", time_zone="Europe/Berlin", layers=(WEEK,))
DRAFT = OverrideDraft(schedule="primary", user="ben", ends_at=NOW + 2 * HOUR)


def test_it_begins_now_unless_it_says_otherwise_and_leaves_the_past_alone() -> None:
    assert decide_override(SCHEDULE, DRAFT, "@ann", NOW).starts_at == NOW
    assert decide_override(SCHEDULE, replace(DRAFT, starts_at=NOW - HOUR), "@ann", NOW).starts_at == NOW
    assert decide_override(SCHEDULE, replace(DRAFT, starts_at=NOW + HOUR), "@ann", NOW).starts_at == NOW + HOUR


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_at": NOW}, "ends_at"),
        ({"starts_at": NOW - 2 * HOUR, "ends_at": NOW - HOUR}, "ends_at"),
        ({"starts_at": NOW + 3 * HOUR}, "ends_at"),
        ({"ends_at": NOW + timedelta(days=367)}, "ends_at"),
        ({"layer": "night"}, "layer"),
        ({"instead_of": "ben"}, "instead_of"),
        ({"instead_of": "dan"}, "instead_of"),
        ({"instead_of": "ann", "part": Part.BESIDE}, "instead_of"),
        ({"instead_of": "ann", "part": Part.SHADOW}, "instead_of"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_what_is_unsound_is_refused_at_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        decide_override(SCHEDULE, replace(DRAFT, **wrong), "@ann", NOW)
    assert refused.value.field == field


def test_one_that_says_the_same_as_another_is_refused() -> None:
    asked = replace(DRAFT, starts_at=NOW + HOUR)
    standing = replace(decide_override(SCHEDULE, asked, "@ann", NOW), id=7, reason="dentist")
    twice = replace(SCHEDULE, overrides=(standing,))
    with pytest.raises(Invalid, match="override 7 says the same already"):
        decide_override(twice, replace(asked, reason="again"), "@ben", NOW)
    for other in ({"user": "cleo"}, {"ends_at": NOW + 3 * HOUR}, {"part": Part.BESIDE}, {"layer": "week"}):
        assert decide_override(twice, replace(asked, **other), "@ben", NOW).user in ("ben", "cleo")


def test_the_sentence_says_who_how_where_and_when_on_the_schedules_clock() -> None:
    def told(**more: Any) -> str:
        return overriding.sentence(SCHEDULE, decide_override(SCHEDULE, replace(DRAFT, **more), "@ann", NOW))

    when = "Mon 2026-03-02 11:00 to Mon 2026-03-02 13:00 (CET)"
    assert told() == f"ben is on call in primary, {when}"
    assert told(instead_of="ann", reason="dentist") == f"ben is on call in primary instead of ann, {when}: dentist"
    assert told(part=Part.BESIDE, layer="week").startswith("ben is on call in the layer week of primary beside")
    assert "is a shadow in primary and is not paged" in told(part=Part.SHADOW)


def test_ending_keeps_the_past_and_takes_back_the_future() -> None:
    running = Override(user="ben", starts_at=NOW - HOUR, ends_at=NOW + HOUR, id=1)
    future = Override(user="ben", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, id=2)
    assert decide_ending(running, NOW) == NOW
    assert decide_ending(future, NOW) is None
    both = replace(SCHEDULE, overrides=(running, future))
    assert after_ending(both, 1, NOW).overrides == (replace(running, ends_at=NOW), future)
    assert after_ending(both, 2, None).overrides == (running,)
    with pytest.raises(Refused, match="managed by"):
        decide_ending(replace(future, managed_by="team.yaml"), NOW)
