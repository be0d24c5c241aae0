"""What would happen if nobody answered: each person, way and minute with the reason, by the rules of production."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.rules.simulation.examples import AT, BURNING, setup_from
from tests.stories.conftest import ORGANISATION
from tocsin.alerts.silencing import Silence
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.matchers import parse_matcher
from tocsin.simulation.compare import differences
from tocsin.simulation.model import BESIDE, Outcome, Question
from tocsin.simulation.simulate import simulate

SETUP = setup_from()
MINUTE = timedelta(minutes=1)


def ask(**asked: object) -> Outcome:
    return simulate(SETUP, Question(**{"at": AT, **asked}))  # type: ignore[arg-type]


def called(outcome: Outcome) -> list[tuple[int, str]]:
    return [(int((call.at - outcome.at) / MINUTE), call.person) for call in outcome.calls]


LADDER = [
    (0, "alice"),
    (5, "bob"),
    (5, "carol"),
    (15, "alice"),
    (20, "bob"),
    (20, "carol"),
    (30, "alice"),
    (30, "bob"),
]


def test_an_alert_climbs_the_whole_ladder_round_by_round_to_the_last_resort() -> None:
    outcome = ask(labels=BURNING)
    assert called(outcome) == LADDER
    assert outcome.summary.startswith("Called: alice at once, then bob and carol after 5 minutes, then alice")
    assert [line.kind for line in outcome.lines][:3] == ["IncidentDeclared", "EscalationStarted", "PersonPaged"]
    assert outcome.lines[-1].kind == "EscalationExhausted"
    assert 'Route 1 (job="checkout", severity="critical") sends it to checkout' in outcome.lines[0].sentence


def test_a_declared_incident_takes_the_policy_of_its_service() -> None:
    assert called(ask(service="checkout", severity="sev2")) == LADDER
    assert called(ask(policy="payments")) == LADDER


def test_delays_of_a_person_are_minutes_of_the_answer_and_a_newer_page_overtakes_them() -> None:
    assert [(s.kind, s.at - AT, s.dropped) for s in ask(service="search").calls[0].sends] == [
        ("email", timedelta(), ""),
        ("webhook", 3 * MINUTE, ""),
    ]
    text = ORGANISATION.replace("{webhook: 3m}", "{webhook: 50m}").replace(
        "  - name: dave-first\n    steps:\n", "  - name: dave-first\n    repeat: 1\n    steps:\n"
    )
    outcome = simulate(setup_from(text), Question(at=AT, service="search"))
    first, second = (call for call in outcome.calls if call.person == "dave")
    assert [send.dropped for send in first.sends] == ["", "a newer message says more"]
    assert [send.dropped for send in second.sends] == ["", ""]


def test_what_is_broken_is_shown_as_not_sent_and_the_next_way_does_not_wait() -> None:
    setup = setup_from()
    dave = setup.people["dave"]
    email, webhook = dave.contacts
    broken = replace(email, broken_at=AT, broken_why="550 no such user")
    people = {**setup.people, "dave": replace(dave, contacts=(broken, webhook))}
    outcome = simulate(replace(setup, people=people), Question(at=AT, service="search"))
    assert [(each.kind, each.at - AT, each.dropped) for each in outcome.calls[0].sends] == [
        ("webhook", timedelta(), ""),
        ("email", timedelta(), "nothing arrives there since 2026-03-02 03:00 UTC: 550 no such user"),
    ]


def test_low_urgency_waits_for_the_end_of_quiet_hours() -> None:
    """It is 03:00 UTC, 22:00 of the day before in New York."""
    quiet = 'quiet_hours: {from: "22:00", to: "06:00"}'
    night = ORGANISATION.replace("low: [{email: 0m}]}", f"low: [{{email: 0m}}, {{webhook: 5m}}], {quiet}}}")
    low = night.replace("service: search, severity: SEV-3}", "service: search, severity: SEV-3, urgency: low}")

    def sent(text: str) -> list[tuple[str, timedelta]]:
        outcome = simulate(setup_from(text), Question(at=AT, labels={"alertname": "Slow", "job": "search"}))
        return [(each.kind, each.at - AT) for each in outcome.calls[0].sends]

    assert sent(night) == [("email", timedelta()), ("webhook", 3 * MINUTE)]
    assert sent(low) == [("email", 180 * MINUTE), ("webhook", 185 * MINUTE)]
    elsewhere = low.replace("- name: dave\n", "- name: dave\n    time_zone: America/New_York\n")
    assert sent(elsewhere) == [("email", 480 * MINUTE), ("webhook", 485 * MINUTE)]


def test_a_rung_that_reaches_nobody_is_passed_and_said() -> None:
    outcome = ask(service="batch")
    assert called(outcome) == [(0, "carol")]
    assert "Step 1 of 1 reaches nobody: nobody is on call in nobody" in outcome.lines[3].sentence


def test_the_administrators_are_told_when_a_ladder_reaches_nobody() -> None:
    outcome = ask(service="attic")
    assert called(outcome) == [(0, "root")]
    assert "AdministratorsTold" in [line.kind for line in outcome.lines]


def test_rules_of_the_severity_profile_run_beside_the_ladder() -> None:
    text = ORGANISATION.replace("severity_profile: sre", "severity_profile: p-levels", 1)
    for old, new in (("SEV-2", "P0"), ("SEV-3", "P2")):
        text = text.replace(old, new)
    text += "groups:\n  - {name: executives, members: [carol]}\n  - {name: leadership, members: [dave]}\n"
    outcome = simulate(setup_from(text), Question(at=AT, labels=BURNING))
    beside = [call for call in outcome.calls if call.label == BESIDE]
    assert [(call.at - AT, call.person, call.target) for call in beside] == [
        (15 * MINUTE, "dave", "group:leadership"),
        (60 * MINUTE, "carol", "group:executives"),
    ]
    assert beside[0].why == "a P0 tells group:leadership 15 minutes after it was declared"
    told = [line for line in outcome.lines if line.kind == "ProfileRuleFollowed"]
    assert [outcome.calls[place].person for line in told for place in line.calls] == ["dave", "carol"]
    assert "dave" not in outcome.summary


def test_a_silence_holds_the_alert_and_its_end_lets_it_go() -> None:
    silence = Silence(
        id="s",
        matchers=(parse_matcher('job="checkout"'),),
        starts_at=AT - MINUTE,
        ends_at=AT + 90 * MINUTE,
        created_by="@carol",
        comment="upgrade",
        updated_at=AT,
    )
    outcome = simulate(replace(SETUP, silences=(silence,)), Question(at=AT, labels=BURNING))
    assert "silenced by @carol until 2026-03-02 04:30 UTC: upgrade" in outcome.lines[0].sentence
    assert called(outcome) == [(90 + minute, person) for minute, person in LADDER]


def test_a_cause_that_fires_already_mutes_its_effect() -> None:
    text = (
        ORGANISATION
        + "\ninhibitions:\n  - {source: ['alertname=\"Down\"'], target: ['job=\"checkout\"'], equal: [cluster]}\n"
    )
    setup = setup_from(text)
    effect = {**BURNING, "cluster": "eu"}
    muted = simulate(setup, Question(at=AT, labels=effect, firing=({"alertname": "Down", "cluster": "eu"},)))
    assert muted.summary == "Nobody is called: 1 alert held: inhibited: alert 1 fires and is the cause."
    other = simulate(setup, Question(at=AT, labels=effect, firing=({"alertname": "Down", "cluster": "us"},)))
    assert called(other) == LADDER


MAINTENANCE = """
maintenance:
  - {services: [checkout], from: 2026-03-02T03:10, to: 2026-03-02T04:00, reason: upgrade}
"""


def test_maintenance_stops_a_climb_and_what_is_still_wrong_at_its_end_is_paged() -> None:
    outcome = simulate(setup_from(ORGANISATION + MAINTENANCE), Question(at=AT, labels=BURNING))
    assert called(outcome) == LADDER[:3] + [(60 + minute, person) for minute, person in LADDER]
    held = next(line for line in outcome.lines if line.kind == "EscalationHeld")
    assert (held.at, "upgrade" in held.sentence) == (AT + 10 * MINUTE, True)


def test_what_comes_during_maintenance_waits_for_its_end() -> None:
    at = AT + 15 * MINUTE
    outcome = simulate(setup_from(ORGANISATION + MAINTENANCE), Question(at=at, labels=BURNING))
    assert "held: checkout is in maintenance until 2026-03-02 04:00 UTC (upgrade)" in outcome.lines[0].sentence
    assert called(outcome)[0] == (45, "alice")


def test_a_cause_on_a_service_mutes_what_depends_on_it() -> None:
    text = ORGANISATION.replace("{name: checkout, team", "{name: checkout, depends_on: [search], team")
    cause = {"alertname": "SearchDown", "job": "search", "severity": "critical"}
    outcome = simulate(setup_from(text), Question(at=AT, labels=BURNING, firing=(cause,)))
    assert "checkout depends on search, where alert 1 (SearchDown) fires and has paged" in outcome.summary


HOURS = 'time_zone: UTC, business_hours: {days: mon-fri, from: "09:00", to: "18:00"}'
VARIANTS = """    when:
      - {during: outside-business-hours, severity: [SEV-3], hold_until: business-hours}
      - {during: nights, steps: [{notify: ["user:dave"], wait: 5m}]}
"""


def test_the_variant_that_applies_decides_and_may_hold_until_business_hours() -> None:
    text = ORGANISATION.replace("time_zone: UTC", HOURS, 1)
    text = text.replace('    last_resort: ["team:payments"]\n', '    last_resort: ["team:payments"]\n' + VARIANTS, 1)
    setup = setup_from(text)
    held = simulate(setup, Question(at=AT, labels={**BURNING, "severity": "warning"}))
    assert "held until Monday 2026-03-02 09:00 UTC" in next(
        line.sentence for line in held.lines if line.kind == "EscalationPostponed"
    )
    assert called(held) == [(360 + minute, person) for minute, person in LADDER]
    at_night = simulate(setup, Question(at=AT, labels=BURNING))
    assert called(at_night)[:2] == [(0, "dave"), (5, "dave")]
    by_day = simulate(setup, Question(at=AT + timedelta(hours=9), labels=BURNING))
    assert called(by_day) == LADDER


def test_what_a_route_holds_for_the_night_is_routed_in_the_morning() -> None:
    text = ORGANISATION.replace("time_zone: UTC", HOURS, 1).replace(
        "routes:\n",
        "routes:\n  - {match: ['job=\"checkout\"'], during: outside-business-hours, hold: waits for the morning}\n",
    )
    outcome = simulate(setup_from(text), Question(at=AT, labels=BURNING))
    assert [line.kind for line in outcome.lines][:2] == ["AlertsHeld", "AlertsRerouted"]
    assert "until now it was held by route 1" in outcome.lines[2].sentence
    assert called(outcome) == [(360 + minute, person) for minute, person in LADDER]


def test_low_urgency_is_told_once() -> None:
    outcome = ask(labels={"alertname": "Odd", "severity": "info"})
    assert len({call.at for call in outcome.calls}) == 1
    assert outcome.summary.endswith("Low urgency: it wakes nobody.")


def test_who_is_on_call_is_asked_at_each_minute_anew() -> None:
    text = ORGANISATION.replace("starts: 2026-01-05, users: [alice]}]", "starts: 2026-01-05, users: [alice, bob]}]")
    just_before = datetime(2026, 3, 2, 8, 50, tzinfo=UTC)
    outcome = simulate(setup_from(text), Question(at=just_before, labels=BURNING))
    first, second = (call.person for call in outcome.calls if call.target == "schedule:primary")
    assert {first, second} == {"alice", "bob"}


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, Invalid),
        ({"labels": BURNING, "service": "checkout"}, Invalid),
        ({"service": "nowhere"}, NotFound),
        ({"service": "checkout", "severity": "SEV-9"}, NotFound),
        ({"policy": "nowhere"}, NotFound),
        ({"labels": BURNING, "integration": "nowhere"}, NotFound),
    ],
)
def test_questions_without_sense_are_refused(asked: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ask(**asked)


def test_the_difference_names_who_goes_and_who_comes() -> None:
    draft = setup_from(ORGANISATION.replace('notify: ["schedule:secondary", "lead:payments"]', 'notify: ["user:dave"]'))
    found = differences(ask(labels=BURNING), simulate(draft, Question(at=AT, labels=BURNING)))
    assert [(each.sign, each.at - AT, each.person) for each in found[:3]] == [
        ("+", 5 * MINUTE, "dave"),
        ("-", 5 * MINUTE, "bob"),
        ("-", 5 * MINUTE, "carol"),
    ]
    assert found[0].sentence == "dave by email, webhook, step 2 of 2: named by the policy"
    assert differences(ask(labels=BURNING), ask(labels=BURNING)) == []
