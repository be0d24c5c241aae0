"""Which alerts belong together, and whether a group takes another one (ALR-6)."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.grouping import GroupStanding, Joining, decide_joining, group_key, group_labels
from tocsin.alerts.model import Disposition, Routed, Says, Signal, Urgency, identity_of

T = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=5)
ROUTED = Routed(disposition=Disposition.ROUTED, reason="", service="checkout", group_by=("alertname", "job"))


def signal(labels: dict[str, str], hint: str = "") -> Signal:
    return Signal(identity=identity_of(labels), says=Says.FIRING, labels=labels, title="A", group_hint=hint)


def key(labels: dict[str, str], routed: Routed = ROUTED, hint: str = "", integration: int = 1) -> str:
    return group_key(signal(labels, hint), routed, integration)


def test_only_the_labels_of_group_by_count() -> None:
    one, other = {"alertname": "A", "job": "x", "instance": "1"}, {"alertname": "A", "job": "x", "instance": "2"}
    assert key(one) == key(other)
    assert key(one) != key({**one, "job": "y"})
    assert key({"alertname": "A"}) == key({"alertname": "A", "job": ""})


def test_all_labels() -> None:
    every = msgspec.structs.replace(ROUTED, group_by=("...",))
    assert key({"a": "1"}, every) == key({"a": "1"}, every)
    assert key({"a": "1"}, every) != key({"a": "2"}, every)
    assert group_labels({"b": "2", "a": "1"}, ("...",)) == {"a": "1", "b": "2"}


def test_without_group_by_the_source_decides_and_integrations_stay_apart() -> None:
    free = msgspec.structs.replace(ROUTED, group_by=None)
    assert key({"alertname": "A", "n": "1"}, free, "A") == key({"alertname": "A", "n": "2"}, free, "A")
    assert key({"alertname": "A"}, free, "A", integration=1) != key({"alertname": "A"}, free, "A", integration=2)
    assert key({"n": "1"}, free) != key({"n": "2"}, free)


def test_what_wakes_people_never_joins_what_does_not() -> None:
    low = msgspec.structs.replace(ROUTED, urgency=Urgency.LOW)
    assert key({"alertname": "A"}) != key({"alertname": "A"}, low)


def test_moving_a_route_in_the_file_splits_no_group() -> None:
    moved = msgspec.structs.replace(ROUTED, route=7, reason="route 7")
    assert key({"alertname": "A"}) == key({"alertname": "A"}, moved)


def standing(closed_after: timedelta | None) -> GroupStanding:
    return GroupStanding(
        id=1, opened_at=T, closed_at=None if closed_after is None else T + closed_after, cleared_at=None
    )


def test_joining() -> None:
    late = T + timedelta(days=3)
    assert decide_joining(None, WINDOW, T).joining is Joining.NEW
    assert decide_joining(standing(None), WINDOW, late).joining is Joining.ATTACH
    assert decide_joining(standing(timedelta(minutes=1)), WINDOW, T + timedelta(minutes=4)).joining is Joining.REOPEN
    assert decide_joining(standing(timedelta(minutes=1)), WINDOW, T + WINDOW).joining is Joining.NEW


seconds = st.integers(min_value=0, max_value=3600).map(lambda count: timedelta(seconds=count))


@given(st.one_of(st.none(), seconds), seconds, seconds)
def test_an_open_group_always_takes_and_a_closed_one_only_within_its_window(
    closed: timedelta | None, window: timedelta, passed: timedelta
) -> None:
    decision = decide_joining(standing(closed), window, T + passed)
    assert decision.reason
    if closed is None:
        assert decision.joining is Joining.ATTACH
    else:
        assert (decision.joining is Joining.REOPEN) == (passed < window)


label_sets = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "2"]), max_size=3)


@given(label_sets, label_sets, st.lists(st.sampled_from("abc"), unique=True, max_size=3))
def test_two_alerts_share_a_group_exactly_when_they_agree_on_group_by(
    one: dict[str, str], other: dict[str, str], group_by: list[str]
) -> None:
    routed = msgspec.structs.replace(ROUTED, group_by=tuple(group_by))
    agree = all(one.get(name, "") == other.get(name, "") for name in group_by)
    assert (key(one, routed) == key(other, routed)) is agree
