"""Silences and inhibitions as Alertmanager means them (contracts 3.6, 3.7; ALR-7)."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tocsin.alerts.silencing import (
    Causes,
    Silence,
    SilenceState,
    WantedSilence,
    check_silence,
    decide_set_silence,
    matches_filter,
    order_silences,
    read_inhibition,
    silenced_by,
)
from tocsin.kernel.errors import Invalid
from tocsin.kernel.matchers import parse_matcher

T = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SILENCE = Silence(
    id="1",
    matchers=(parse_matcher("alertname=A"), parse_matcher("env!=prod")),
    starts_at=T,
    ends_at=T + HOUR,
    created_by="alice",
    comment="c",
    updated_at=T,
)


def wanted(**changed: object) -> WantedSilence:
    fields = {
        "matchers": SILENCE.matchers,
        "starts_at": T,
        "ends_at": T + HOUR,
        "created_by": "alice",
        "comment": "c",
        "id": "1",
    }
    return WantedSilence(**(fields | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(-1, SilenceState.PENDING), (0, SilenceState.ACTIVE), (59, SilenceState.ACTIVE), (60, SilenceState.EXPIRED)],
)
def test_the_state_is_computed(minutes: int, state: SilenceState) -> None:
    assert SILENCE.state_at(T + timedelta(minutes=minutes)) is state


def test_all_matchers_must_hold_and_only_while_it_is_active() -> None:
    assert silenced_by([SILENCE], {"alertname": "A"}, 1, T) == [SILENCE]
    assert silenced_by([SILENCE], {"alertname": "A", "env": "prod"}, 1, T) == []
    assert silenced_by([SILENCE], {"alertname": "A"}, 1, T + HOUR) == []


def test_one_that_was_set_with_an_integrations_key_mutes_only_its_alerts() -> None:
    own = msgspec.structs.replace(SILENCE, integration_id=2)
    assert silenced_by([own], {"alertname": "A"}, 1, T) == []
    assert silenced_by([own], {"alertname": "A"}, 2, T) == [own]


REFUSED = [
    ({"ends_at": T}, "Failed to create silence: start time must be before end time"),
    ({"starts_at": T - 2 * HOUR, "ends_at": T - HOUR}, "Failed to create silence: end time can't be in the past"),
    (
        {"matchers": (parse_matcher("a="), parse_matcher("b=~.*"))},
        "silence invalid: at least one matcher must not match the empty string",
    ),
]


@pytest.mark.parametrize(("changed", "message"), REFUSED)
def test_refusals_are_in_alertmanagers_words(changed: dict[str, object], message: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_silence(wanted(**changed), T)
    assert refused.value.message == message


PENDING = msgspec.structs.replace(SILENCE, starts_at=T + HOUR, ends_at=T + 2 * HOUR)
SETTING = [
    ("new", None, {"id": None}, (False, False, T)),
    ("a start in the past becomes now", None, {"id": None, "starts_at": T - HOUR}, (False, False, T)),
    ("longer, same start", SILENCE, {"ends_at": T + 3 * HOUR}, (True, False, T)),
    ("another start of an active one", SILENCE, {"starts_at": T - HOUR}, (False, True, T)),
    ("other matchers", SILENCE, {"matchers": (parse_matcher("alertname=B"),)}, (False, True, T)),
    ("a pending one moves", PENDING, {"starts_at": T + 3 * HOUR, "ends_at": T + 4 * HOUR}, (True, False, T + 3 * HOUR)),
    ("a pending one that begins now", PENDING, {"starts_at": T}, (False, True, T)),
]


@pytest.mark.parametrize(("existing", "changed", "expected"), [pytest.param(*case[1:], id=case[0]) for case in SETTING])
def test_setting_changes_in_place_only_what_rewrites_no_history(
    existing: Silence | None, changed: dict[str, object], expected: tuple[bool, bool, datetime]
) -> None:
    assert decide_set_silence(wanted(**changed), existing, T) == expected


def test_an_expired_one_stays_and_a_new_one_is_made() -> None:
    now = T + 2 * HOUR
    assert decide_set_silence(wanted(ends_at=T + 3 * HOUR), SILENCE, now) == (False, False, now)


def test_the_order_is_active_pending_expired() -> None:
    def at(id: str, starts: int, ends: int) -> Silence:
        return msgspec.structs.replace(SILENCE, id=id, starts_at=T + starts * HOUR, ends_at=T + ends * HOUR)

    silences = [
        at("old", -9, -8),
        at("late", 5, 6),
        at("soon", 1, 9),
        at("long", -1, 8),
        at("short", -1, 1),
        at("just", -2, -1),
    ]
    assert [each.id for each in order_silences(silences, T)] == ["short", "long", "soon", "late", "just", "old"]


def test_a_filter_compares_matchers_and_does_not_evaluate_them() -> None:
    assert matches_filter(SILENCE, [parse_matcher('alertname="A"')])
    assert not matches_filter(SILENCE, [parse_matcher("alertname=~A")])
    assert matches_filter(SILENCE, [])


RULE = read_inhibition(
    {"source": ["severity=critical"], "target": ["severity=~warning|critical"], "equal": ["cluster"]}, 1
)
INHIBITED = [
    ({"severity": "warning", "cluster": "c1"}, {"severity": "critical", "cluster": "c1"}, True),
    ({"severity": "warning", "cluster": "c1"}, {"severity": "critical", "cluster": "c2"}, False),
    ({"severity": "warning"}, {"severity": "critical", "cluster": ""}, True),
    ({"severity": "critical", "cluster": "c1"}, {"severity": "critical", "cluster": "c1"}, False),
    ({"severity": "info", "cluster": "c1"}, {"severity": "critical", "cluster": "c1"}, False),
]


@pytest.mark.parametrize(("target", "source", "expected"), INHIBITED)
def test_inhibition(target: dict[str, str], source: dict[str, str], expected: bool) -> None:
    causes: Causes[str] = Causes(RULE)
    causes.note(source, "the source")
    assert bool(causes.find(target)) is expected


def test_an_alert_of_both_sides_is_muted_by_a_source_that_is_no_target() -> None:
    rule = read_inhibition({"source": ["alertname=~.+Down"], "target": ["severity=warning"], "equal": ["cluster"]}, 1)
    causes: Causes[str] = Causes(rule)
    node = {"alertname": "NodeDown", "severity": "warning", "cluster": "c1"}
    causes.note(node, "node")
    assert causes.find(node) == []
    assert causes.find({"alertname": "Slow", "severity": "warning", "cluster": "c1"}) == ["node"]
    causes.note({"alertname": "ClusterDown", "severity": "critical", "cluster": "c1"}, "cluster")
    assert causes.find(node) == ["cluster"]


@pytest.mark.parametrize(
    "definition", [{"source": ["a=b"]}, {"source": ["a"], "target": ["b=c"]}, {"source": [], "targets": []}]
)
def test_a_bad_inhibition_is_refused(definition: dict[str, list[str]]) -> None:
    with pytest.raises(Invalid):
        read_inhibition(definition, 1)
