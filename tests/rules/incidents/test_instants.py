"""When things happened, corrected: what contradicts another instant is refused by name (LIF-2); causes (LIF-11)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.profiles import active
from tocsin.incidents.causes import CauseCategory, check_cause_is_named, read_cause
from tocsin.incidents.instants import WORDS, corrected, read_name
from tocsin.incidents.model import Status
from tocsin.kernel.errors import Invalid, Refused, TocsinError

M = timedelta(minutes=1)
OVER: dict[str, Any] = {
    "status": Status.CLOSED,
    "acknowledged_at": T0 + 5 * M,
    "identified_at": T0 + 10 * M,
    "mitigated_at": T0 + 20 * M,
    "resolved_at": T0 + 40 * M,
    "closed_at": T0 + 60 * M,
}
NOW = T0 + 100 * M


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("started_at", -30),
        ("detected_at", 4),
        ("declared_at", 45),  # long after it was over
        ("acknowledged_at", 2),
        ("identified_at", 30),  # after it was mitigated
        ("mitigated_at", 15),
        ("resolved_at", 60),
        ("closed_at", 99),
    ],
)
def test_a_correction_changes_that_instant_alone(name: str, minutes: int) -> None:
    before = incident(**OVER)
    after = corrected(before, name, T0 + minutes * M, NOW)
    assert getattr(after, name) == T0 + minutes * M
    assert [other for other in WORDS if getattr(after, other) != getattr(before, other)] == [name]


@pytest.mark.parametrize(
    ("name", "minutes", "names"),
    [
        ("started_at", 1, "after detected, 2026-11-02 03:00 UTC"),
        ("detected_at", 6, "after acknowledged"),
        ("detected_at", -1, "before impact started"),
        ("declared_at", 61, "after closed"),
        ("acknowledged_at", -1, "before detected"),
        ("mitigated_at", 41, "after resolved"),
        ("resolved_at", 19, "before mitigated"),
        ("resolved_at", 61, "after closed"),
        ("closed_at", 39, "before resolved"),
        ("closed_at", 101, "lies ahead"),
    ],
)
def test_what_cannot_be_is_refused_by_the_other_instant(name: str, minutes: int, names: str) -> None:
    with pytest.raises(Invalid, match=names) as refused:
        corrected(incident(**OVER), name, T0 + minutes * M, NOW)
    assert refused.value.field == name


@given(st.lists(st.tuples(st.sampled_from(list(WORDS)), st.integers(-100, 99)), max_size=20))
def test_no_chain_of_corrections_makes_a_duration_negative(changes: list[tuple[str, int]]) -> None:
    now = incident(**OVER)
    for name, minutes in changes:
        try:
            now = corrected(now, name, T0 + minutes * M, NOW)
        except TocsinError:
            continue
    assert now.started_at is not None
    assert now.mitigated_at is not None
    assert now.acknowledged_at is not None
    assert now.resolved_at is not None
    for begins, ends in (
        (now.started_at, now.detected_at),
        (now.detected_at, now.acknowledged_at),
        (now.detected_at, now.mitigated_at),
        (now.started_at, now.resolved_at),
    ):
        assert begins <= ends


@pytest.mark.parametrize(
    ("name", "status", "remedy"),
    [
        ("mitigated_at", Status.IDENTIFIED, "tocsin status INC-7 monitoring"),
        ("resolved_at", Status.MONITORING, "tocsin status INC-7 resolved"),
        ("acknowledged_at", Status.TRIGGERED, "tocsin status INC-7 acknowledged"),
    ],
)
def test_a_stage_that_was_not_reached_has_no_time(name: str, status: Status, remedy: str) -> None:
    with pytest.raises(Refused, match="yet") as refused:
        corrected(incident(status=status), name, T0, NOW)
    assert remedy in refused.value.remedy


def test_a_stage_that_was_jumped_over_may_get_its_time() -> None:
    after = corrected(incident(**OVER | {"identified_at": None}), "identified_at", T0 + 9 * M, NOW)
    assert after.identified_at == T0 + 9 * M


@pytest.mark.parametrize("text", ["mitigated_at", "mitigated", "Mitigated-at"])
def test_the_names_of_instants(text: str) -> None:
    assert read_name(text) == "mitigated_at"
    assert read_name("impact started") == read_name("started") == "started_at"
    with pytest.raises(Invalid, match="no instant") as refused:
        read_name("paged_at")
    assert "started_at, detected_at" in refused.value.remedy


@pytest.mark.parametrize("text", ["Resource exhaustion", "resource_exhaustion", "resource-exhaustion"])
def test_the_names_of_causes(text: str) -> None:
    assert read_cause(text) is CauseCategory.RESOURCE_EXHAUSTION
    with pytest.raises(Invalid) as refused:
        read_cause("gremlins")
    assert "deployment, resource-exhaustion, dependency-failure, configuration, capacity, security, other" in (
        refused.value.remedy
    )


@pytest.mark.parametrize(
    ("rank", "cause", "is_refused"),
    [(1, None, True), (2, None, True), (3, None, False), (1, "deployment", False), (None, None, False)],
)
def test_the_two_top_levels_are_closed_with_a_cause_only(rank: int | None, cause: str | None, is_refused: bool) -> None:
    level = active("sre").of_rank(rank) if rank else None
    if is_refused:
        with pytest.raises(Refused, match="cause category") as refused:
            check_cause_is_named(incident(cause_category=cause), level)
        assert "--cause-category, one of deployment" in refused.value.remedy
    else:
        check_cause_is_named(incident(cause_category=cause), level)


def test_instants_are_datetimes_of_the_incident() -> None:
    assert all(isinstance(getattr(incident(**OVER), name), datetime) for name in WORDS)
