"""The promises that the auditor checks, and when it tells of a broken one (REL-3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tocsin.auditor.model import Facts, Finding, LedgerMonths, OpenIncident, Overdue, StoredFinding
from tocsin.auditor.rules import decide_verdict, find_all, is_attended, may_ping

NOW = datetime(2026, 12, 31, 23, tzinfo=UTC)
QUIET = OpenIncident(
    id=7,
    number=3,
    is_acknowledged=False,
    run_state=None,
    has_timer=False,
    has_page=False,
    is_waited_for=False,
    is_said=False,
)
WELL = Facts(
    incidents=(replace(QUIET, run_state="running", has_timer=True),),
    overdue=(),
    orphaned={},
    known=frozenset({"paging.advance"}),
    unsent=0,
    months=LedgerMonths(made=frozenset({"2026_12", "2027_01"}), strays=frozenset()),
)


@pytest.mark.parametrize(
    ("facts", "attended"),
    [
        ({}, False),
        ({"is_acknowledged": True}, True),
        ({"has_page": True}, True),
        ({"is_waited_for": True}, True),
        ({"run_state": "running"}, False),
        ({"run_state": "running", "has_timer": True}, True),
        ({"run_state": "running", "is_acknowledged": True}, False),  # it flared up again, and the climb is stuck
        ({"run_state": "acknowledged"}, True),
        ({"run_state": "told"}, True),
        ({"run_state": "exhausted"}, False),
        ({"run_state": "exhausted", "is_said": True}, True),
        ({"run_state": "stopped"}, False),
        ({"run_state": "stopped", "is_waited_for": True}, True),
    ],
)
def test_what_an_open_incident_needs(facts: dict[str, Any], attended: bool) -> None:
    assert is_attended(replace(QUIET, **facts)) is attended


def test_when_all_is_well_nothing_is_found() -> None:
    assert find_all(WELL, NOW) == []


@pytest.mark.parametrize(
    ("broken", "key", "words"),
    [
        ({"incidents": (QUIET,)}, "unattended:7", "INC-3 is open and nobody will be called"),
        ({"unsent": 2}, "unsent", "2 messages wait"),
        (
            {"overdue": (Overdue(kind="paging.advance", count=3, since=NOW),)},
            "overdue:paging.advance",
            "3 jobs of kind paging.advance should have begun since 2026-12-31 23:00:00 UTC",
        ),
        ({"overdue": (Overdue(kind="new", count=1, since=NOW),)}, "unknown:new", "No worker knows how to do 1 job"),
        ({"orphaned": {"deliver.email": 2, "a": 1}}, "orphaned", "workers that are dead: 1 of a, 2 of deliver.email"),
        ({"months": LedgerMonths(made=frozenset({"2026_12"}), strays=frozenset())}, "ledger-month", "for 2027-01"),
        ({"months": replace(WELL.months, strays=frozenset({"2026_12"}))}, "ledger-stray", "nothing is lost"),
    ],
)
def test_a_broken_promise_is_found_and_says_what_to_do(broken: dict[str, Any], key: str, words: str) -> None:
    (finding,) = find_all(replace(WELL, **broken), NOW)
    assert finding.key == key
    assert words in finding.sentence
    assert finding.remedy.endswith(".")


def finding(key: str) -> Finding:
    return Finding(key=key, sentence=f"{key} is wrong", remedy="Mend it.")


def stored(key: str, told_at: datetime) -> StoredFinding:
    return StoredFinding(key=key, sentence="", remedy="", first_seen_at=told_at, told_at=told_at)


def test_told_once_then_again_each_hour_and_when_it_is_mended() -> None:
    before = [stored("old", NOW - timedelta(hours=1)), stored("fresh", NOW - timedelta(minutes=59))]
    verdict = decide_verdict([finding("new"), finding("old"), finding("fresh")], [*before, stored("gone", NOW)], NOW)
    assert [each.key for each in verdict.tell] == ["new", "old"]
    assert [each.key for each in verdict.quiet] == ["fresh"]
    assert [each.key for each in verdict.mended] == ["gone"]


def test_the_ping_needs_a_fresh_look_that_found_nothing() -> None:
    just_now = NOW - timedelta(minutes=1)
    assert may_ping([], just_now, NOW)
    assert not may_ping([stored("a", NOW)], just_now, NOW)
    assert not may_ping([], None, NOW)
    assert not may_ping([], NOW - timedelta(minutes=3), NOW)
