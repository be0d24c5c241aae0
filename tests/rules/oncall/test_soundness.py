"""What is refused whoever sends it: a document need not come from a reader of files."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.rules.oncall.rota_text import rota
from tocsin.oncall.model import Member, OnHolidays, Override, Part, Rotation
from tocsin.oncall.soundness import unsound_places

SOUND = rota("layers: [{name: week, rotation: weekly, handover: Monday 09:00, starts: 2026-01-05, users: [ann, ben]}]")
(WEEK,) = SOUND.layers
NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)
FAR = datetime.fromisoformat("9999-12-31")
OVERRIDE = Override(user="ann", starts_at=NOON, ends_at=NOON + timedelta(hours=1))


def test_a_sound_schedule_has_no_unsound_place() -> None:
    assert list(unsound_places(replace(SOUND, overrides=(OVERRIDE,)))) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"users": ()}, "users"),
        ({"ends": WEEK.starts}, "ends"),
        ({"on_holidays": OnHolidays.ONLY}, "on_holidays"),
        ({"starts": FAR}, "starts"),
        ({"members": (Member(user="ann", until=FAR),)}, "starts"),
        ({"members": (Member(user="zoe", until=WEEK.starts),)}, "members[0].user"),
        ({"rotation": Rotation.CUSTOM}, "length"),
        ({"rotation": Rotation.CUSTOM, "length": timedelta(minutes=5)}, "length"),
        ({"rotation": Rotation.RRULE}, "rrule"),
        ({"handover": (*WEEK.handovers, *WEEK.handovers)}, "handover"),
    ],
)
def test_each_unsound_key_of_a_layer_is_named(change: dict[str, object], place: str) -> None:
    (found,) = unsound_places(replace(SOUND, layers=(replace(WEEK, **change),)))
    assert found[0] == f".layers[0].{place}"
    assert found[1].remedy


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"ends_at": NOON}, ".ends_at"),
        ({"layer": "night"}, ".layer"),
        ({"instead_of": "ann"}, ".instead_of"),
        ({"instead_of": "ben", "part": Part.BESIDE}, ".instead_of"),
        ({"ends_at": FAR.replace(tzinfo=UTC)}, ""),
    ],
)
def test_each_unsound_key_of_an_override_is_named(change: dict[str, object], place: str) -> None:
    (found,) = unsound_places(replace(SOUND, overrides=(replace(OVERRIDE, **change),)))
    assert found[0] == f".overrides[0]{place}"


def test_holidays_of_nowhere_are_named() -> None:
    (found,) = unsound_places(replace(SOUND, holidays="XX"))
    assert found[0] == ".holidays"
