"""What may be said of a mitigation, and how the timeline says it (MIT-0, ROL-5)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.rules.incidents.examples import T0, incident
from tocsin.incidents.model import Status
from tocsin.kernel.errors import Invalid, Refused
from tocsin.mitigation import rules
from tocsin.mitigation.model import Mitigation, MitigationDraft, Result, is_mitigating


def mitigation(**changes: Any) -> Mitigation:
    known: dict[str, Any] = {
        "id": 5,
        "incident_id": 42,
        "n": 1,
        "what": "rolled back to v2.3.0",
        "strategy": None,
        "way_back": None,
        "dry_run": None,
        "is_temporary": False,
        "by": "@alice",
        "recorded_by": "@alice",
        "started_at": T0,
        "ended_at": None,
        "result": None,
        "note": "",
    }
    return Mitigation(**known | changes)


HELPED = mitigation(ended_at=T0, result=Result.HELPED)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "x" * 501}, "what"),
        ({"what": "x", "way_back": "y" * 501}, "way_back"),
        ({"what": "x", "started_at": T0 + timedelta(seconds=1)}, "started_at"),
    ],
)
def test_a_wrong_draft_is_refused_by_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_draft(MitigationDraft(**said), incident(), T0)
    assert (refused.value.field, bool(refused.value.remedy)) == (field, True)


def test_a_draft_is_trimmed_and_begins_now() -> None:
    draft = rules.check_draft(MitigationDraft(what="  restarted ", way_back=" "), incident(), T0)
    assert (draft.what, draft.way_back, draft.started_at) == ("restarted", None, T0)
    earlier = T0 - timedelta(minutes=5)
    assert rules.check_draft(MitigationDraft(what="x", started_at=earlier), incident(), T0).started_at == earlier


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_what_is_over_is_not_mitigated(status: Status) -> None:
    with pytest.raises(Refused, match=f"INC-7 is {status}"):
        rules.check_draft(MitigationDraft(what="x"), incident(status=status), T0)


def test_what_has_ended_does_not_end_again() -> None:
    with pytest.raises(Refused, match="Mitigation 1 of INC-7 has ended: it helped"):
        rules.check_finish(HELPED, 7, "")
    with pytest.raises(Invalid) as refused:
        rules.check_finish(mitigation(), 7, "x" * 2001)
    assert refused.value.field == "note"
    assert rules.check_finish(mitigation(), 7, " fewer errors ") == "fewer errors"


def test_the_timeline_says_what_was_done_and_what_came_of_it() -> None:
    one = mitigation(is_temporary=True, way_back="deploy v2.3.1 again")
    assert rules.begun(one) == (
        "Mitigation 1 begins, by @alice: rolled back to v2.3.0. It is temporary. The way back: deploy v2.3.1 again."
    )
    assert rules.finished(one, Result.NO_EFFECT, "@bob", "still 8 %") == (
        "Mitigation 1 (rolled back to v2.3.0) had no effect, says @bob. still 8 %."
    )
    assert rules.made_worse(one, "@bob", "", rules.way_back_of(one)) == (
        "Mitigation 1 (rolled back to v2.3.0) made it worse, says @bob. "
        "It is stopped. The way back: deploy v2.3.1 again."
    )


def test_without_a_way_back_it_is_to_be_undone() -> None:
    assert rules.way_back_of(mitigation()) == "undo: rolled back to v2.3.0"


def test_the_room_is_asked_how_bad_it_is_now() -> None:
    assert rules.reassess(incident(severity="SEV-2"), mitigation()).startswith("Is SEV-2 still right, and how many")
    assert rules.reassess(incident(severity=None), mitigation()).startswith("How bad is it now, and how many")


def test_it_is_mitigating_while_one_runs() -> None:
    assert is_mitigating([HELPED, mitigation(n=2)])
    assert not is_mitigating([HELPED])


def test_maintenance_is_offered_where_a_service_is_known() -> None:
    assert rules.maintenance_path(incident(services=("check out",))) == "/maintenance/new?service=check%20out"
    assert rules.maintenance_path(incident(services=())) is None


def test_a_result_is_one_of_three() -> None:
    assert rules.read_result("no-effect") is Result.NO_EFFECT
    with pytest.raises(Invalid) as refused:
        rules.read_result("great")
    assert refused.value.remedy == "Use one of helped, no-effect, worse."
