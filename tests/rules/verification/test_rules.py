"""Which checks an incident asks for, how they stand, and how long it has to stay healthy (RES-1, RES-2)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.checks import Bounds, Check, CommandCheck, HttpCheck, ManualCheck, PromqlCheck, SqlCheck, TcpCheck
from tocsin.catalog.model import Service
from tocsin.catalog.profiles import PRESETS
from tocsin.incidents.model import Status
from tocsin.kernel.errors import TocsinError
from tocsin.verification import rules, sentences
from tocsin.verification.model import OWN, Result, Run, Standing, State, Wanted, unmet_of

MINUTE = timedelta(minutes=1)
HEALTH, PORT = HttpCheck(name="health", url="http://x/"), TcpCheck(name="port", host="x", port=1)
QUEUE = ManualCheck(name="queue", asks="The support queue does not grow.")


def services(*known: Service) -> dict[str, Service]:
    return {service.name: service for service in known}


def test_own_checks_come_first_then_those_of_all_that_is_needed_each_once() -> None:
    known = services(
        Service(name="shop", checks=(HEALTH, QUEUE), depends_on=("carts", "db")),
        Service(name="carts", checks=(PORT,), depends_on=("db", "shop")),
        Service(name="db", checks=(PORT, QUEUE), depends_on=("gone",)),
        Service(name="other", checks=(PORT,)),
    )
    wanted = rules.wanted_checks(known, ("shop",), ())
    assert wanted == [Wanted("shop", HEALTH), Wanted("shop", QUEUE), Wanted("carts", PORT), Wanted("db", PORT)]
    assert rules.wanted_checks(known, ("unknown",), ()) == rules.wanted_checks(known, (), ()) == []
    added = rules.wanted_checks(known, ("carts",), (QUEUE,))
    assert [each.label for each in added[:2]] == ["queue", "carts/port"], "what people added comes first"


def result(name: str, *, is_good: bool = True, by: str | None = None) -> Result:
    return Result(service="shop", name=name, is_good=is_good, detail="said", at=T0, by=by)


def test_how_each_check_stands() -> None:
    wanted = [Wanted("shop", HEALTH), Wanted("shop", QUEUE)]
    new = rules.states_of(wanted, [], is_firing=True)
    assert [(each.label, each.state) for each in new] == [
        ("alerts", State.FAILING),
        ("shop/health", State.UNKNOWN),
        ("shop/queue", State.TO_TICK),
    ]
    assert unmet_of(new) == new
    assert all(each.remedy for each in new)
    assert "queue does not grow" in new[2].detail
    met = rules.states_of(wanted, [result("health"), result("queue", by="@alice")], is_firing=False)
    assert [each.state for each in met] == [State.PASSING, State.PASSING, State.TICKED]
    assert unmet_of(met) == []
    (bad,) = unmet_of(rules.states_of(wanted, [result("health", is_good=False), result("queue")], is_firing=False))
    assert (bad.state, bad.detail) == (State.FAILING, "said")


def run(ended_at: datetime | None) -> Run:
    return Run(id=1, incident_id=1, asked_by="@alice", asked_at=T0, ended_at=ended_at)


@pytest.mark.parametrize(
    ("wanted", "last_run", "has_to_run"),
    [
        ([], None, False),
        ([QUEUE], None, False),
        ([QUEUE, PORT], None, True),
        ([PORT], run(None), True),
        ([PORT], run(T0), True),
        ([PORT], run(T0 + 9 * MINUTE), False),
        ([PORT], run(T0 + 9 * MINUTE - timedelta(seconds=1)), True),
    ],
)
def test_results_older_than_a_minute_are_made_anew(wanted: list[Check], last_run: Run | None, has_to_run: bool) -> None:
    asked = [Wanted("shop", check) for check in wanted]
    known = rules.states_of(asked, [result("port"), result("queue", by="@alice")], is_firing=False)
    assert rules.has_to_run(Standing(asked, known, last_run, None), T0 + 10 * MINUTE) is has_to_run


def test_what_has_never_been_looked_at_is_run_however_fresh_the_rest() -> None:
    asked = [Wanted("shop", PORT), Wanted(OWN, HEALTH)]
    known = rules.states_of(asked, [result("port")], is_firing=False)
    assert [(each.label, each.is_own) for each in known[1:]] == [("shop/port", False), ("health", True)]
    assert rules.has_to_run(Standing(asked, known, run(T0), None), T0)


REFUSED: list[tuple[Check, str]] = [
    (CommandCheck(name="a", argv=("rm",)), "operator's rights"),
    (SqlCheck(name="a", query="select 1", dsn="env:X", bounds=Bounds(below=1)), "operator's rights"),
    (PromqlCheck(name="a", query="up", prometheus="env:SECRET", bounds=Bounds(below=1)), "Which Prometheus"),
    (ManualCheck(name="alerts", asks="x"), "already"),
    (ManualCheck(name="queue", asks="x"), "already"),
]


@pytest.mark.parametrize(("check", "why"), REFUSED)
def test_what_runs_with_the_operators_rights_is_not_added_by_anybody_else(check: Check, why: str) -> None:
    with pytest.raises(TocsinError, match=why) as refused:
        rules.check_addition(check, [QUEUE])
    assert refused.value.remedy


def test_an_incident_has_twenty_checks_of_its_own_at_most() -> None:
    many = [ManualCheck(name=f"n{n}", asks="x") for n in range(rules.MOST_OWN)]
    rules.check_addition(HEALTH, many[1:])
    with pytest.raises(TocsinError, match="20 checks of its own"):
        rules.check_addition(HEALTH, many)


def test_the_window_counts_from_the_mitigation_and_what_nobody_classified_waits_for_the_longest() -> None:
    profile = PRESETS["classic"]
    monitored = incident(status=Status.MONITORING, mitigated_at=T0)
    assert rules.window_end(monitored, 15 * MINUTE, T0 + 3 * MINUTE) == T0 + 15 * MINUTE
    assert rules.window_end(incident(mitigated_at=None), 15 * MINUTE, T0) == T0 + 15 * MINUTE
    for level in profile.levels:
        assert rules.window_of(profile, level) == level.stability_window
    assert rules.window_of(profile, None) == profile.of_rank(1).stability_window


def test_inside_a_window_only_what_can_turn_bad_unheard_is_looked_at() -> None:
    ends_at = T0 + 12 * MINUTE
    assert rules.next_look_at([Wanted("shop", QUEUE)], ends_at, T0) == ends_at
    looks, now = [], T0
    while now < ends_at:
        now = rules.next_look_at([Wanted("shop", PORT)], ends_at, now)
        looks.append((now - T0) // MINUTE)
    assert looks == [5, 10, 12]


def test_sentences_name_what_is_wrong_and_are_bounded() -> None:
    wanted = [Wanted("shop", TcpCheck(name=f"c{n}", host="x", port=1)) for n in range(8)]
    told = sentences.ran(rules.states_of(wanted, [], is_firing=False))
    assert told.startswith("8 of 9 checks do not pass. shop/c0: It has not been run yet. ")
    assert told.endswith("And 3 more.")
    assert sentences.ran(rules.states_of([], [], is_firing=False)) == "The one check passes."
    assert sentences.ran(rules.states_of(wanted[:1], [], is_firing=False)).startswith("1 of 2 checks does not pass.")
    at = datetime(2026, 3, 2, 14, 32, tzinfo=UTC)
    assert "Resolves at 14:32 UTC if it stays healthy" in sentences.awaited("@alice", at)
    left = sentences.overridden("@alice", [], timedelta(minutes=9), "the customer is gone")
    assert left.endswith("because: the customer is gone. Its stability window had 9m to go.")
