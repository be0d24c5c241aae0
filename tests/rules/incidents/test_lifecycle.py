"""LIF-1, LIF-2 and LIF-8 as tables: legal moves, the instants they set, what the end of the last alert means."""

from datetime import datetime, timedelta

import pytest

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.profiles import active
from tocsin.incidents.lifecycle import (
    GroupMove,
    acknowledged,
    check_acknowledge,
    check_move,
    check_reopen,
    decide_cleared,
    decide_group_move,
    is_quiet_enough,
    moved,
)
from tocsin.incidents.model import LEGAL_MOVES, Status
from tocsin.kernel.errors import Refused

LATER = T0 + timedelta(minutes=20)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
def test_lif_1_forward_jumps_and_two_ways_back_are_legal_and_nothing_else(before: Status, after: Status) -> None:
    order = list(Status)
    forward = order.index(after) > order.index(before)
    back = after is Status.INVESTIGATING and before in (Status.MONITORING, Status.RESOLVED)
    if forward or back:
        check_move(incident(status=before), after)
        return
    with pytest.raises(Refused) as refusal:
        check_move(incident(status=before), after)
    assert "INC-7" in refusal.value.message
    for allowed in LEGAL_MOVES[before]:
        assert allowed in refusal.value.remedy


def test_a_closed_incident_says_what_to_do_instead() -> None:
    with pytest.raises(Refused) as refusal:
        check_move(incident(status=Status.CLOSED), Status.INVESTIGATING)
    assert "declare a new incident" in refusal.value.remedy


def test_lif_2_each_stage_sets_its_instant() -> None:
    now = T0
    current = acknowledged(incident(), "@alice", now)
    assert (current.status, current.acknowledged_at, current.acknowledged_by) == (Status.ACKNOWLEDGED, now, "@alice")
    instants: dict[Status, datetime] = {}
    for status in (Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED, Status.CLOSED):
        now += timedelta(minutes=5)
        instants[status] = now
        current = moved(current, status, now)
    assert current.identified_at == instants[Status.IDENTIFIED]
    assert current.mitigated_at == instants[Status.MONITORING]
    assert current.resolved_at == instants[Status.RESOLVED]
    assert current.closed_at == instants[Status.CLOSED]


@pytest.mark.parametrize("end", [Status.RESOLVED, Status.CLOSED])
def test_lif_2_an_end_that_skips_stages_sets_their_instants(end: Status) -> None:
    ended = moved(incident(), end, LATER)
    assert ended.mitigated_at == ended.resolved_at == LATER


@pytest.mark.parametrize("before", [Status.MONITORING, Status.RESOLVED])
def test_a_way_back_takes_back_that_it_was_over(before: Status) -> None:
    back = moved(incident(status=before, mitigated_at=T0, resolved_at=T0), Status.INVESTIGATING, LATER)
    assert (back.status, back.mitigated_at, back.resolved_at) == (Status.INVESTIGATING, None, None)


def test_the_first_acknowledgement_keeps_its_instant_and_the_latest_holds_it() -> None:
    again = acknowledged(acknowledged(incident(), "@alice", T0), "@bob", LATER)
    assert (again.acknowledged_at, again.acknowledged_by) == (T0, "@bob")


def test_acknowledging_does_not_move_a_status_back() -> None:
    assert acknowledged(incident(status=Status.IDENTIFIED), "@bob", T0).status is Status.IDENTIFIED


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_what_is_over_cannot_be_acknowledged(status: Status) -> None:
    with pytest.raises(Refused, match="nothing to acknowledge"):
        check_acknowledge(incident(status=status))


def test_reopening_is_for_the_resolved_and_needs_a_reason() -> None:
    check_reopen(incident(status=Status.RESOLVED), "customers still report errors")
    with pytest.raises(Refused, match="reason"):
        check_reopen(incident(status=Status.RESOLVED), "  ")
    for status in set(Status) - {Status.RESOLVED}:
        with pytest.raises(Refused):
            check_reopen(incident(status=status), "why not")


@pytest.mark.parametrize(
    ("status", "move"),
    [
        (None, GroupMove.DECLARE),
        (Status.TRIGGERED, GroupMove.ATTACH),
        (Status.ACKNOWLEDGED, GroupMove.ATTACH),
        (Status.IDENTIFIED, GroupMove.ATTACH),
        (Status.MONITORING, GroupMove.RELAPSE),
        (Status.RESOLVED, GroupMove.REOPEN),
        (Status.CLOSED, GroupMove.DECLARE),
    ],
)
def test_what_joining_alerts_do_to_the_groups_incident(status: Status | None, move: GroupMove) -> None:
    assert decide_group_move(None if status is None else incident(status=status)) is move


@pytest.mark.parametrize(
    ("severity", "acknowledged_at", "resolves"),
    [
        ("SEV-3", None, True),
        ("SEV-4", None, True),
        ("SEV-1", None, False),
        ("SEV-2", None, False),
        (None, None, False),
        ("SEV-4", T0, False),
    ],
)
def test_lif_8_alerts_end_only_what_is_minor_and_untouched(
    severity: str | None, acknowledged_at: datetime | None, resolves: bool
) -> None:
    level = active().level(severity) if severity else None
    decided = decide_cleared(incident(acknowledged_at=acknowledged_at), level, "source", LATER)
    window = level.stability_window if level else None
    assert decided.resolves_at == (LATER + window if resolves and window else None)
    assert decided.reason


def test_lif_8_people_end_what_they_command_whoever_has_acknowledged_it() -> None:
    for acknowledged_at in (None, T0):
        given = incident(acknowledged_at=acknowledged_at, acknowledged_by="@alice")
        decided = decide_cleared(given, active().of_rank(4), "source", LATER, commander="dave")
        assert (decided.resolves_at, decided.reason.endswith("@dave commands, and ends it.")) == (None, True)


def test_a_stale_alert_is_not_called_cleared() -> None:
    assert "stale" in decide_cleared(incident(), None, "stale", T0).reason


def test_only_an_untouched_monitored_incident_resolves_by_itself() -> None:
    assert is_quiet_enough(incident(status=Status.MONITORING))
    assert not is_quiet_enough(incident(status=Status.MONITORING, acknowledged_at=T0))
    assert not is_quiet_enough(incident(status=Status.INVESTIGATING))
