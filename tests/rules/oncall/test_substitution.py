"""What overrides make of who is on call: instead of all, of a layer, of one person; beside; as a shadow."""

import pytest

from tests.rules.oncall.rota_text import at, rota
from tocsin.oncall.model import Source
from tocsin.oncall.rotation import who_is_on_call

WEEK = "{name: week, rotation: weekly, handover: Monday 09:00, starts: 2026-01-05, users: [[ann, ben], cleo]}"
SPAN = "from: 2026-01-06T09:00, to: 2026-01-07T09:00"

SITUATIONS = [
    pytest.param("[{user: dan, SPAN, instead_of: ben}]", ("ann", "dan"), id="one-share"),
    pytest.param("[{user: dan, SPAN, instead_of: cleo}]", ("ann", "ben"), id="nobody-to-replace"),
    pytest.param(
        "[{user: dan, SPAN, instead_of: ben}, {user: eve, SPAN, instead_of: dan}]", ("ann", "eve"), id="passed-on-twice"
    ),
    pytest.param(
        "[{user: dan, SPAN, instead_of: ben}, {user: eve, SPAN, instead_of: ben}]",
        ("ann", "eve"),
        id="the-later",
    ),
    pytest.param(
        "[{user: dan, SPAN, instead_of: ben}, {user: ben, SPAN, instead_of: dan}]", ("ann", "ben"), id="given-back"
    ),
    pytest.param("[{user: ann, SPAN, instead_of: ben}]", ("ann",), id="who-is-on-call-already-is-so-once"),
    pytest.param("[{user: dan, SPAN}, {user: eve, SPAN, instead_of: dan}]", ("eve",), id="of-an-override"),
    pytest.param("[{user: dan, SPAN, part: beside}, {user: eve, SPAN}]", ("eve", "dan"), id="beside-stays-beside"),
    pytest.param(
        "[{user: dan, SPAN, part: beside}, {user: eve, SPAN, instead_of: dan}]", ("ann", "ben", "eve"), id="of-beside"
    ),
    pytest.param("[{user: dan, SPAN, layer: week}]", ("dan",), id="a-layer"),
    pytest.param("[{user: dan, SPAN, layer: week, instead_of: ann}]", ("dan", "ben"), id="a-person-in-a-layer"),
    pytest.param("[{user: dan, SPAN, layer: week, part: beside}]", ("ann", "ben", "dan"), id="beside-a-layer"),
]


@pytest.mark.parametrize(("overrides", "users"), SITUATIONS)
def test_each_override_does_what_it_says(overrides: str, users: tuple[str, ...]) -> None:
    schedule = rota(f"layers: [{WEEK}]\noverrides: {overrides.replace('SPAN', SPAN)}")
    answer = who_is_on_call(schedule, at("2026-01-06T12:00"))
    assert answer.users == users
    assert (answer.since, answer.until) == (at("2026-01-06T09:00"), at("2026-01-07T09:00"))
    assert who_is_on_call(schedule, at("2026-01-07T09:00")).users == ("ann", "ben")


def test_in_the_time_of_nobody_an_override_of_a_layer_gives_nobody_and_one_of_the_schedule_does() -> None:
    night = WEEK.replace("users", "restrict: {from: 20:00, to: 08:00}, users")
    layer = rota(f"layers: [{night}]\noverrides: [{{user: dan, {SPAN}, layer: week}}]")
    assert who_is_on_call(layer, at("2026-01-06T12:00")).users == ()
    assert who_is_on_call(layer, at("2026-01-06T21:00")).users == ("dan",)
    whole = rota(f"layers: [{night}]\noverrides: [{{user: dan, {SPAN}}}]")
    assert who_is_on_call(whole, at("2026-01-06T12:00")).users == ("dan",)


def test_a_shadow_is_shown_and_not_on_call() -> None:
    schedule = rota(f"layers: [{WEEK}]\noverrides: [{{user: dan, {SPAN}, part: shadow}}]")
    answer = who_is_on_call(schedule, at("2026-01-06T12:00"))
    assert (answer.users, answer.shadows, answer.source) == (("ann", "ben"), ("dan",), Source.LAYER)
    assert answer.reason == "on call in rota (layer week) until Wed 2026-01-07 09:00 CET, shadowed by dan"


def test_a_layer_of_shadows_covers_nobody_and_is_covered_by_nobody() -> None:
    learning = WEEK.replace("week,", "learning,").replace("[[ann, ben], cleo]", "[eve]").replace("}", ", shadow: true}")
    schedule = rota(f"layers: [{learning}, {WEEK}]\noverrides: [{{user: dan, {SPAN}}}]")
    for moment, users in (("2026-01-05T12:00", ("ann", "ben")), ("2026-01-06T12:00", ("dan",))):
        answer = who_is_on_call(schedule, at(moment))
        assert (answer.users, answer.shadows) == (users, ("eve",))


def test_the_reason_names_every_layer_that_has_a_say() -> None:
    second = WEEK.replace("week,", "second,").replace("[[ann, ben], cleo]", "[eve]").replace("}", ", additive: true}")
    schedule = rota(f"layers: [{WEEK}, {second}]")
    answer = who_is_on_call(schedule, at("2026-01-06T12:00"))
    assert (answer.users, answer.layer) == (("eve", "ann", "ben"), "second + week")
    assert answer.reason == "on call in rota (layers second + week) until Mon 2026-01-12 09:00 CET"
