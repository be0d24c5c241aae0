"""What `plan` refuses of ladders, because somebody would believe in it and nobody would be called."""

from datetime import UTC, datetime

import pytest

from tocsin.catalog.model import Organisation
from tocsin.config.document import Item, Routing
from tocsin.config.files import load_texts
from tocsin.config.plan import decide_plan
from tocsin.config.world import World

NOTHING = World(
    organisation=Item(value=Organisation(), file="", path=""),
    users={},
    teams={},
    schedules={},
    escalation_policies={},
    services={},
    integrations={},
    routing=Item(value=Routing(), file="", path=""),
    stored={},
)
OPEN = 'business_hours: {days: mon-fri, from: "09:00", to: "18:00"}'
BASE = """
users: [{name: root, email: root@example.com, role: admin}]
vendors: [{name: mute, phone: "+49 30 1"}, {name: db, email: help@db.example.com}]
groups: [{name: executives, members: [root]}]
services: [{name: checkout, escalation_policy: p}, {name: search, experts: [root]}]
"""


def errors(ladder: str, organisation: str = OPEN) -> list[tuple[str, str]]:
    text = f"organisation: {{name: x, {organisation}}}\n{BASE}escalation_policies:\n- {{name: p, {ladder}}}\n"
    plan = decide_plan(NOTHING, load_texts({"a.yaml": text}, {}), datetime(2026, 3, 2, tzinfo=UTC), {})
    assert all(problem.file == "a.yaml" and problem.line > 0 and problem.remedy for problem in plan.errors)
    return [(problem.path, problem.message) for problem in plan.errors]


STEPS = "steps: [{notify: ['user:root'], wait: 5m}]"
POLICY = "escalation_policies[0]"


@pytest.mark.parametrize(
    ("ladder", "path", "says"),
    [
        ("steps: [{notify: ['expert:checkout'], wait: 5m}]", "", "names no experts"),
        ("steps: [{notify: ['vendor:mute'], wait: 5m}]", "", "has no e-mail address"),
        ("steps: [{notify: ['vendor:gone'], wait: 5m}]", ".steps[0].notify[0]", "no vendor 'gone'"),
        ("steps: [{notify: ['group:gone'], wait: 5m}]", ".steps[0].notify[0]", "no group 'gone'"),
        ("steps: [{notify: [{round_robin: ['user:x']}], wait: 5m}]", ".steps[0].notify[0].round_robin[0]", "'x'"),
        (f"{STEPS}, when: [{{severity: [P1], repeat: 2}}]", ".when[0].severity[0]", "no level 'P1'"),
        (f"{STEPS}, when: [{{severity: [SEV-1], hold_until: business-hours}}]", ".when[0].severity[0]", "never held"),
        (f"{STEPS}, when: [{{during: nights, policy: q}}]", ".when[0].policy", "no escalation policy 'q'"),
        (f"{STEPS}, when: [{{during: nights, last_resort: ['vendor:mute']}}]", "", "has no e-mail address"),
    ],
)
def test_a_ladder_that_would_call_nobody_is_refused(ladder: str, path: str, says: str) -> None:
    found = errors(ladder)
    assert [where for where, what in found if says in what] == [f"{POLICY}{path}"], found


def test_business_hours_must_be_known_where_they_count() -> None:
    ladder = f"{STEPS}, when: [{{during: outside-business-hours, hold_until: business-hours}}]"
    assert errors(ladder) == []
    assert [path for path, _ in errors(ladder, "time_zone: UTC")] == [
        f"{POLICY}.when[0].during",
        f"{POLICY}.when[0].hold_until",
    ]


def test_whoever_a_step_can_call_may_be_named() -> None:
    everybody = "'expert:search', 'group:executives', 'vendor:db', 'webhook:https://hooks.example.com/x'"
    assert errors(f"steps: [{{notify: [{everybody}, {{round_robin: ['user:root']}}], wait: 5m}}]") == []


OWN = """
severity_profiles:
  - name: ours
    based_on: classic
    levels:
      - {name: RED, ack_timeout: 5m, escalations: [{tell: "group:executives", after: 10m}, {tell: "lead:", after: 1h}]}
      - {name: AMBER, page: ticket}
teams: [{name: web, members: [root], leads: [root]}]
"""


def with_profile(name: str, more: str = OWN, services: str = "{name: shop, team: web}") -> list[tuple[str, str]]:
    text = f"organisation: {{name: x, severity_profile: {name}}}\n{BASE}{more}"
    text = text.replace("services: [", f"services: [{services}, ") + "escalation_policies: [{name: p, " + STEPS + "}]\n"
    plan = decide_plan(NOTHING, load_texts({"a.yaml": text}, {}), datetime(2026, 3, 2, tzinfo=UTC), {})
    return [(problem.path, f"{problem.message} {problem.remedy}") for problem in plan.errors]


def test_an_own_profile_whose_rules_reach_somebody_is_taken() -> None:
    assert with_profile("ours") == []


@pytest.mark.parametrize(
    ("name", "more", "services", "says"),
    [
        ("theirs", OWN, "{name: shop, team: web}", "no severity profile 'theirs'"),
        ("our", OWN, "{name: shop, team: web}", "Did you mean 'ours'?"),
        ("ours", OWN, "{name: shop}", "tells the lead of the owning team, and no service has one."),
        ("ours", OWN.replace("executives", "board"), "{name: shop, team: web}", "tells the group 'board'"),
        ("ours", OWN.replace("group:executives", "user:boss"), "{name: shop, team: web}", "tells the user 'boss'"),
        ("p-levels", OWN, "{name: shop, team: web}", "tells the group 'leadership', and there is none."),
    ],
)
def test_a_profile_whose_rules_bind_to_nobody_is_refused(name: str, more: str, services: str, says: str) -> None:
    found = with_profile(name, more, services)
    assert [path for path, what in found if says in what] == ["organisation.severity_profile"], found


@pytest.mark.parametrize(
    ("targets", "said"),
    [("'vendor:db', 'webhook:https://hooks.example.com/x'", True), ("'vendor:db', 'user:root'", False)],
)
def test_a_ladder_that_nobody_can_acknowledge_is_pointed_out(targets: str, said: bool) -> None:
    text = f"{BASE}escalation_policies: [{{name: p, steps: [{{notify: [{targets}], wait: 5m}}]}}]\n"
    plan = decide_plan(NOTHING, load_texts({"a.yaml": text}, {}), datetime(2026, 3, 2, tzinfo=UTC), {})
    found = [notice.path for notice in plan.warnings if "calls no person: nobody can acknowledge" in notice.message]
    assert found == ([POLICY] if said else [])
