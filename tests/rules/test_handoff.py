"""Hand-offs: which changes of a schedule are one, which of them matters now, what falls due, who may, what it says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tocsin.accounts.model import Role, Viewer
from tocsin.alerts.maintenance import Maintenance
from tocsin.alerts.noise import Noise
from tocsin.catalog.model import Service, Vendor
from tocsin.incidents.model import DetectionSource, Incident, Status, Urgency
from tocsin.insights.handoff_model import (
    Entry,
    EntryDraft,
    EntryKind,
    Handover,
    Record,
    Report,
    Signature,
    Stage,
    stage_of,
)
from tocsin.insights.handoff_report import Facts, make_report, services_of
from tocsin.insights.handoff_rules import (
    Circle,
    Deed,
    check_acceptable,
    check_entry,
    check_may_accept,
    check_may_sign,
    check_may_write,
    find_due,
    morning_after,
)
from tocsin.insights.handoff_text import in_text, sections
from tocsin.insights.handoff_turns import handovers, shift_began, to_work_on
from tocsin.kernel.errors import Forbidden, Invalid, Refused
from tocsin.kernel.localtime import Hours
from tocsin.oncall.model import Layer, Override, Rotation, Schedule
from tocsin.paging.model import Policy, Step, parse_target

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """March 2026 in Berlin, which is an hour ahead of UTC until the 29th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def weekly(*users: str, **more: object) -> Schedule:
    """Hands over on Mondays at 09:00; alice has the week of 2 March, bob that of the 9th."""
    layer = Layer(
        name="week",
        rotation=Rotation.WEEKLY,
        starts=datetime.fromisoformat("2026-03-02T09:00"),
        users=tuple((user,) for user in users),
    )
    fields = {"name": "primary", "team": "payments", "time_zone": "Europe/Berlin", "layers": (layer,), **more}
    return Schedule(**fields)  # type: ignore[arg-type]


ALICE_TO_BOB = Handover(schedule="primary", outgoing=("alice",), incoming=("bob",), ends_at=at(9), starts_at=at(9))


def override(user: str, starts_at: datetime, ends_at: datetime) -> Override:
    return Override(user=user, starts_at=starts_at, ends_at=ends_at)


def found(schedule: Schedule, since: datetime, until: datetime) -> list[tuple[str, str, datetime]]:
    return [(h.outgoing[0], h.incoming[0], h.ends_at) for h in handovers(schedule, since, until)]


def test_each_week_hands_over() -> None:
    assert found(weekly("alice", "bob"), at(3), at(17)) == [("alice", "bob", at(9)), ("bob", "alice", at(16))]


def test_one_person_alone_hands_over_to_nobody() -> None:
    assert found(weekly("alice"), at(3), at(28)) == []


def test_an_evening_at_the_dentist_hands_nothing_over() -> None:
    schedule = weekly("alice", "bob", overrides=(override("carol", at(4, 18), at(4, 20)),))
    assert found(schedule, at(3), at(10)) == [("alice", "bob", at(9))]


def test_a_day_that_somebody_else_takes_hands_over_twice() -> None:
    schedule = weekly("alice", "bob", overrides=(override("carol", at(4), at(5)),))
    assert found(schedule, at(3), at(8)) == [("alice", "carol", at(4)), ("carol", "alice", at(5))]


def test_a_long_override_is_no_favour_in_its_last_hours() -> None:
    schedule = weekly("alice", "bob", overrides=(override("carol", at(4), at(5)),))
    assert found(schedule, at(5, 7), at(5, 10)) == [("carol", "alice", at(5))]
    assert found(schedule, at(4, 8), at(4, 9)) == [("alice", "carol", at(4))]
    assert found(schedule, at(4), at(5, 8)) == []


def test_an_override_across_the_hand_over_moves_it() -> None:
    schedule = weekly("alice", "bob", overrides=(override("alice", at(9), at(10)),))
    assert found(schedule, at(3), at(12)) == [("alice", "bob", at(10))]


def test_nights_off_hand_nothing_over_and_a_weekend_lies_between_two_people() -> None:
    layer = replace(
        weekly("alice", "bob").layers[0],
        restrict=(
            Hours(days=(0, 1, 2, 3, 4), begin=at(2).astimezone(BERLIN).time(), to=at(2, 17).astimezone(BERLIN).time()),
        ),
    )
    (only,) = handovers(weekly("alice", layers=(layer,)), at(3), at(10))
    assert (only.outgoing, only.ends_at) == (("alice",), at(6, 17))
    assert (only.incoming, only.starts_at) == (("bob",), at(9))


def together(*turns: tuple[str, ...]) -> Schedule:
    return weekly("alice", layers=(replace(weekly("alice").layers[0], users=turns),))


def test_whoever_stays_takes_nothing_over() -> None:
    (only,) = handovers(together(("alice", "bob"), ("alice", "carol")), at(3), at(10))
    assert (only.outgoing, only.incoming) == (("bob",), ("carol",))
    schedule = together(("alice", "bob"), ("alice", "carol"))
    assert shift_began(schedule, only) == at(2)
    assert shift_began(schedule, replace(only, outgoing=("alice",), ends_at=at(16))) == at(2)


def test_somebody_who_joins_is_told_by_those_who_stay_and_who_only_leaves_hands_nothing_over() -> None:
    joining = list(handovers(together(("alice",), ("alice", "bob")), at(3), at(23)))
    assert [(each.outgoing, each.incoming, each.ends_at) for each in joining] == [
        (("alice",), ("bob",), at(9)),
        (("alice",), ("bob",), at(23)),
    ]


def test_the_shift_that_ends_has_a_beginning_however_long_it_was() -> None:
    assert shift_began(weekly("alice", "bob"), ALICE_TO_BOB) == at(2)
    endless = replace(ALICE_TO_BOB, outgoing=("zoe",))
    assert shift_began(weekly("alice", "bob"), endless) == at(9) - timedelta(days=35)


def test_a_hand_off_is_worked_on_until_it_is_accepted_or_stale() -> None:
    all_of_them = list(handovers(weekly("alice", "bob"), at(3), at(17)))
    assert to_work_on(all_of_them, frozenset(), at(4)) == all_of_them[0]
    assert to_work_on(all_of_them, frozenset(), at(9, 10)) == all_of_them[0]
    assert to_work_on(all_of_them, frozenset({at(9)}), at(9, 10)) == all_of_them[1]
    assert to_work_on(all_of_them, frozenset(), at(10, 10)) == all_of_them[1]
    assert to_work_on([], frozenset(), at(10)) is None


def test_short_shifts_are_worked_on_for_half_of_the_next() -> None:
    daily = replace(weekly("alice", "bob").layers[0], rotation=Rotation.CUSTOM, length=timedelta(hours=8))
    eight = list(handovers(weekly("alice", layers=(daily,)), at(3, 9), at(4, 9)))
    (first, second) = eight[:2]
    assert to_work_on(eight, frozenset(), first.starts_at + timedelta(hours=3)) == first
    assert to_work_on(eight, frozenset(), first.starts_at + timedelta(hours=5)) == second


# What falls due


def record(**given: object) -> Record:
    fields = {"id": 1, "schedule_id": 1, "ends_at": at(9), "outgoing": ("alice",), "incoming": ("bob",), "note": ""}
    return Record(**{**fields, **given})  # type: ignore[arg-type]


def due(kept: Record | None, now: datetime) -> Deed | None:
    return find_due(ALICE_TO_BOB, kept, BERLIN, timedelta(hours=4), now)


def test_the_draft_is_due_four_hours_before_the_end_and_once() -> None:
    assert due(None, at(9, 4, 59)) is None
    assert due(None, at(9, 5)) is Deed.DRAFT
    assert due(record(), at(9, 8)) is Deed.DRAFT
    assert due(record(drafted_at=at(9, 5)), at(9, 8)) is None
    assert due(None, at(9, 10)) is None


def test_a_hand_off_that_nobody_signs_is_told_at_once_and_to_the_lead_next_morning() -> None:
    drafted = record(drafted_at=at(9, 5))
    assert due(drafted, at(9)) is Deed.MISSED
    told = replace(drafted, missed_at=at(9))
    assert due(told, at(9, 10)) is None
    assert due(told, at(10, 8, 59)) is None
    assert due(told, at(10)) is Deed.LEAD
    assert due(replace(told, lead_told_at=at(10)), at(10, 10)) is None
    assert due(drafted, at(10)) is None
    assert due(record(), at(9)) is None


def test_what_is_signed_is_due_no_more_until_it_is_changed() -> None:
    signed = record(drafted_at=at(9, 5), signature=signature(at(9, 6)))
    assert due(signed, at(9)) is None
    assert due(replace(signed, drafted_at=None), at(9, 6)) is None
    assert due(replace(signed, edited_at=at(9, 7)), at(9)) is Deed.MISSED


@pytest.mark.parametrize(
    ("ended", "morning"),
    [(at(9, 9), at(10)), (at(9, 2), at(9)), (at(9, 8), at(9)), (at(9, 8, 30), at(10)), (at(28, 22), at(29))],
)
def test_the_morning_after_is_nine_there(ended: datetime, morning: datetime) -> None:
    assert morning_after(ended, BERLIN) == morning


# Signing


def signature(signed_at: datetime, **given: object) -> Signature:
    fields = {"id": 1, "signed_by": "@alice", "signed_at": signed_at, "report": report(), **given}
    return Signature(**fields)  # type: ignore[arg-type]


def test_stages() -> None:
    assert stage_of(None) is Stage.DRAFT
    assert stage_of(record(edited_at=at(9, 6))) is Stage.DRAFT
    signed = record(edited_at=at(9, 6), signature=signature(at(9, 7)))
    assert stage_of(signed) is Stage.SIGNED
    assert stage_of(replace(signed, edited_at=at(9, 8))) is Stage.CHANGED
    accepted = replace(signed, signature=signature(at(9, 7), accepted_by="@bob", accepted_at=at(9)))
    assert stage_of(replace(accepted, edited_at=at(9, 10))) is Stage.ACCEPTED


def viewer(name: str, role: Role = Role.RESPONDER, *teams: str) -> Viewer:
    return Viewer(user_id=1, name=name, role=role, scopes=(1,), teams=teams)


CIRCLE = Circle(schedule="primary", team="payments", leads=("lea",))


def test_only_the_own_side_signs_or_accepts_and_whoever_may_act_for_it() -> None:
    for name in ("alice", "lea"):
        check_may_sign(viewer(name), CIRCLE, ALICE_TO_BOB)
    check_may_accept(viewer("bob"), CIRCLE, ALICE_TO_BOB)
    check_may_accept(viewer("mia", Role.MANAGER), CIRCLE, ALICE_TO_BOB)
    for who in (viewer("bob"), viewer("carol")):
        with pytest.raises(Forbidden, match="alice"):
            check_may_sign(who, CIRCLE, ALICE_TO_BOB)
    with pytest.raises(Forbidden):
        check_may_accept(viewer("bob", Role.VIEWER), CIRCLE, ALICE_TO_BOB)


def test_entries_are_of_those_who_have_to_do_with_it() -> None:
    check_may_write(viewer("dora", Role.RESPONDER, "payments"), CIRCLE, ["alice", "bob"])
    check_may_write(viewer("bob"), CIRCLE, ["alice", "bob"])
    with pytest.raises(Forbidden, match="payments"):
        check_may_write(viewer("carol", Role.RESPONDER, "search"), CIRCLE, ["alice", "bob"])


def test_only_what_is_signed_as_it_stands_and_by_somebody_else_is_accepted() -> None:
    signed = record(signature=signature(at(9, 7)))
    check_acceptable(signed, viewer("bob"))
    with pytest.raises(Refused, match="signed themselves"):
        check_acceptable(signed, viewer("alice"))
    with pytest.raises(Refused, match="Nobody has signed"):
        check_acceptable(record(), viewer("bob"))
    with pytest.raises(Refused, match="changed after"):
        check_acceptable(replace(signed, edited_at=at(9, 8)), viewer("bob"))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (EntryDraft(kind=EntryKind.WATCH, text="  "), "text"),
        (EntryDraft(kind=EntryKind.WATCH, text="x" * 501), "text"),
        (EntryDraft(kind=EntryKind.ISSUE, text="slow"), "owner"),
        (EntryDraft(kind=EntryKind.WATCH, text="x", link="javascript:alert(1)"), "link"),
        (EntryDraft(kind=EntryKind.WATCH, text="x", link="http://["), "link"),
        (EntryDraft(kind=EntryKind.CONTACT, text="x", phone="1" * 101), "phone"),
    ],
)
def test_an_entry_that_is_unsound_names_its_field(draft: EntryDraft, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_entry(draft)
    assert refused.value.field == field


# The report


def incident(number: int, title: str, declared_at: datetime, **given: object) -> Incident:
    unknown = [
        *("severity", "policy", "alert_group_id", "started_at", "acknowledged_at", "acknowledged_by", "identified_at"),
        *("mitigated_at", "resolved_at", "closed_at", "summary", "resolution", "root_cause"),
    ]
    fields: dict[str, object] = {**dict.fromkeys(unknown)}
    fields |= {"id": number, "number": number, "title": title, "status": Status.TRIGGERED, "urgency": Urgency.HIGH}
    fields |= {"source": DetectionSource.TEAM_MEMBER, "reason": "", "declared_by": "tocsin", "services": ("checkout",)}
    fields |= {"alerts": 1, "scope_id": 1, "is_private": False, "is_drill": False}
    fields |= {"detected_at": declared_at, "declared_at": declared_at, **given}
    return Incident(**fields)  # type: ignore[arg-type]


def entry(number: int, kind: EntryKind, text: str, **given: object) -> Entry:
    fields = {"id": number, "kind": kind, "text": text, "added_by": "@alice", "added_at": at(4), **given}
    return Entry(**fields)  # type: ignore[arg-type]


def facts(**given: object) -> Facts:
    fields: dict[str, object] = {
        "schedule": weekly("alice", "bob"),
        "handover": ALICE_TO_BOB,
        "since": at(2),
        "services": (Service(name="checkout", team="payments"), Service(name="search", team="payments")),
        "firing": {},
        "marks": {},
    }
    lists = "open_incidents incidents noise maintenances policies leads groups vendors entries"
    return Facts(**{**fields, **dict.fromkeys(lists.split(), ()), **given})  # type: ignore[arg-type]


def report(**given: object) -> Report:
    return make_report(facts(**given), at(9, 5))


def test_a_calm_week() -> None:
    made = report()
    assert made.healthy == ("checkout", "search")
    assert made.troubles == made.open_incidents == made.noisy == made.contacts == ()
    assert "No service" not in in_text(made, BERLIN)
    assert "checkout, search" in in_text(made, BERLIN)
    assert in_text(made, BERLIN).startswith("primary: alice hands over to bob, Mon 9 Mar 09:00 CET\n")


def test_services_are_well_only_without_incident_and_alert() -> None:
    burning = incident(7, "Checkout 5xx", at(8), acknowledged_by="@alice", status=Status.ACKNOWLEDGED, severity="SEV-2")
    made = report(open_incidents=(burning,), incidents=(burning,), firing={"search": 2})
    assert made.healthy == ()
    assert [(t.service, t.incidents, t.alerts) for t in made.troubles] == [
        ("checkout", ("INC-7",), 0),
        ("search", (), 2),
    ]
    said = in_text(made, BERLIN)
    assert "INC-7 SEV-2 Checkout 5xx (acknowledged, @alice), since Sun 8 Mar 09:00 CET /incidents/INC-7" in said
    assert "search: 2 alerts fire" in said
    assert "No service is without an incident or an alert." in said


def test_the_incidents_of_the_shift_are_those_that_were_declared_in_it() -> None:
    old, new = incident(1, "old", at(1)), incident(2, "new", at(3), resolved_at=at(4), status=Status.RESOLVED)
    made = report(open_incidents=(old,), incidents=(new,))
    assert [each.ref for each in made.incidents] == ["INC-2"]
    assert [each.ref for each in made.open_incidents] == ["INC-1"]


def test_what_breaks_again_and_again_and_what_cries_wolf_is_to_be_watched() -> None:
    twice = (incident(1, "a", at(3), alert_group_id=11), incident(2, "b", at(4)))
    noise = (
        Noise(title="DiskFull", service="search", times=1, returns=0, groups=(11,)),
        Noise(title="Latency", service="checkout", times=9, returns=8, groups=()),
        Noise(title="Rare", service="checkout", times=2, returns=1, groups=()),
    )
    entries = (
        entry(1, EntryKind.WATCH, "latency", link="https://tickets.example.com/1"),
        entry(2, EntryKind.WATCH, "the new cache"),
    )
    made = report(incidents=twice, noise=noise, marks={1: 2}, entries=entries)
    assert [(f.service, f.incidents, f.returns) for f in made.flaky] == [("checkout", 2, 9)]
    assert [(n.alert, n.times, n.not_actionable, n.ticket) for n in made.noisy] == [
        ("DiskFull", 1, 2, ""),
        ("Latency", 9, 0, "https://tickets.example.com/1"),
    ]
    assert [each.text for each in made.watched] == ["the new cache"]
    said = in_text(made, BERLIN)
    assert "checkout is flaky: 2 incidents, 9 alerts came back" in said
    assert "Noisy alert Latency (checkout): 9 times https://tickets.example.com/1" in said


def test_what_comes_up_is_in_order_and_what_is_past_is_gone() -> None:
    window = Maintenance(
        id=1,
        name="m",
        services=("checkout",),
        starts_at=at(9, 4),
        ends_at=at(9, 6),
        reason="upgrade",
        set_by="@alice",
        set_at=at(2),
    )
    later = replace(window, id=2, starts_at=at(11, 22), ends_at=at(12, 2))
    others = replace(later, id=3, services=("billing",))
    entries = (
        entry(1, EntryKind.UPCOMING, "spring sale", at=at(14)),
        entry(2, EntryKind.UPCOMING, "release 5", at=at(10)),
        entry(3, EntryKind.UPCOMING, "release 4", at=at(3)),
    )
    made = report(maintenances=(window, later, others), entries=entries)
    assert [each.text for each in made.upcoming] == ["release 5", "spring sale"]
    assert [each.starts_at for each in made.under_way] == [at(9, 4)]
    assert [(each.services, each.starts_at) for each in made.planned] == [(("checkout",), at(11, 22))]


def test_contacts_come_from_people_first_and_then_from_the_file() -> None:
    ladder = Policy(
        "payments",
        (
            Step((parse_target("schedule:primary"),), timedelta(minutes=5)),
            Step((parse_target("schedule:secondary"), parse_target("user:carol")), timedelta(minutes=5)),
        ),
    )
    other = Policy("other", (Step((parse_target("user:carol"),), timedelta(minutes=5)),))
    made = report(
        policies=(ladder, other),
        vendors=(Vendor(name="db-support", phone="+49 30 1", contract="C-1"),),
        entries=(entry(5, EntryKind.CONTACT, "Security desk", phone="+49 30 2"),),
    )
    (section,) = [each for each in sections(made, BERLIN) if each.title == "Contacts"]
    assert [line.text for line in section.lines] == [
        "Security desk: +49 30 2",
        "escalation payments: the one on call in primary, then the one on call in secondary and carol",
        "vendor db-support: +49 30 1, contract C-1",
    ]
    assert section.lines[0].entry == 5


def test_the_services_of_a_schedule_are_its_teams_and_those_whose_policy_calls_it() -> None:
    ladder = Policy("ladder", (Step((parse_target("schedule:primary"),), timedelta(minutes=5)),))
    services = (
        Service(name="own", team="payments"),
        Service(name="called", team="search", escalation_policy="ladder"),
        Service(name="foreign", team="search"),
        Service(name="nobodys"),
    )
    assert [each.name for each in services_of(weekly("alice"), services, [ladder])] == ["own", "called"]
    assert [each.name for each in services_of(weekly("alice", team=None), services, [])] == []
