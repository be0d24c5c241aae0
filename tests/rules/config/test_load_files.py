"""Files → document: the example whole, and each mistake named by file, line, path and remedy, all at once."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest

from tocsin.catalog.oncall_limits import Limits
from tocsin.config.document import Document, Rule
from tocsin.config.files import load, load_texts
from tocsin.config.problems import ConfigurationInvalid, Problem
from tocsin.config.shape import schedule_shape
from tocsin.kernel.localtime import Hours
from tocsin.paging.model import During

EXAMPLE = Path(__file__).parents[3] / "examples" / "tocsin.yaml"
ENVIRON = {"TOCSIN_PROMETHEUS_KEY": "prometheus-key-0123456789"}
ORGANISATION = "organisation: {name: Example, time_zone: Europe/Berlin}\n"


def read(text: str, **environ: str) -> Document:
    return load_texts({"tocsin.yaml": text}, environ)


def problems(text: str, **environ: str) -> list[Problem]:
    with pytest.raises(ConfigurationInvalid) as refused:
        read(text, **environ)
    return list(refused.value.problems)


def only_problem(text: str, **environ: str) -> Problem:
    found = problems(text, **environ)
    assert len(found) == 1, found
    return found[0]


def test_the_example_is_read_whole() -> None:
    document = load([EXAMPLE], ENVIRON)
    assert [item.value.name for item in document.users] == ["alice", "bob", "carol", "dave", "erin"]
    assert document.users[0].value.notify.high == (
        Rule(kind="email", after=timedelta()),
        Rule(kind="webhook", after=timedelta()),
        Rule(kind="ntfy", after=timedelta(minutes=3)),
    )
    assert document.organisation is not None
    assert document.organisation.value.business_hours == Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(18))
    override = document.schedules[0].value.overrides[0]
    assert override.starts_at == datetime(2026, 12, 24, 8, tzinfo=UTC)  # 09:00 in Berlin
    policy = document.escalation_policies[0].value
    assert [str(t) for t in policy.steps[1].notify] == ["schedule:payments-secondary", "user:carol"]
    assert document.routing is not None
    assert len(document.routing.value.routes) == 2
    (variant,) = policy.when
    assert (variant.during, variant.severity, variant.hold) == (During.OUTSIDE_BUSINESS_HOURS, ("SEV-3", "SEV-4"), True)
    assert {item.value.section for item in document.stored} == {"status_pages"}


def test_the_document_travels_as_json_and_holds_no_key() -> None:
    document = load([EXAMPLE], ENVIRON)
    text = msgspec.json.encode(document)
    assert msgspec.json.decode(text, type=Document) == document
    assert b"prometheus-key" not in text
    assert b"0123456789abcdef0123456789abcdef" not in text


def test_each_problem_has_file_line_path_and_remedy() -> None:
    text = ORGANISATION + "integrations:\n  - {name: p, type: prometheus, key: long-enough-key-00}\nroutes:\n"
    text += "  - match: ['a=\"b\"']\n    drop: x\n  - match: ['a=~\"(\"']\n    drop: y\n"
    problem = only_problem(text)
    assert (problem.file, problem.line, problem.path) == ("tocsin.yaml", 7, "routes[1].match[0]")
    assert problem.message
    assert str(problem).startswith("tocsin.yaml:7: routes[1].match[0]: ")


def test_several_problems_are_told_at_once_in_their_order() -> None:
    found = problems("users:\n  - {name: Alice, role: boss}\n  - {email: x}\nteem: []\n")
    assert [(p.line, p.path) for p in found] == [
        (2, "users[0].name"),
        (2, "users[0].role"),
        (3, "users[1]"),
        (3, "users[1].email"),
        (4, "teem"),
    ]
    assert "Did you mean 'teams'" in found[-1].message


NIGHT = "from: 2026-01-02T22:00, to: 2026-01-03T02:00"
WRONG = [
    ("", "", "empty"),
    ("a: [", "", "not YAML"),
    ("users: 5", "users", "must be a list"),
    ("users: [5]", "users[0]", "must be a mapping"),
    ("- a", "", "must be a mapping"),
    ("teams:\n- {name: a, name: b}", "teams[0].name", "twice"),
    ("users: []\nusers: []", "users", "twice"),
    ("teams:\n- {name: a}\n- {name: a}", "teams[1]", "There are two 'a' in teams"),
    ("teams:\n- {name: a, members: [x, x]}", "teams[0].members", "twice"),
    ("teams:\n- {name: a, memers: [x]}", "teams[0].memers", "Did you mean 'members'"),
    ("--- 1\n--- 2", "", "several documents"),
    ("users: !!python/object:os.system []", "users", "not allowed"),
    ('users: [{name: "a\\0"}]', "users[0].name", "cannot be kept"),
    ('users: [{name: "\\ud800"}]', "", "not YAML"),
    ("routes:\n- {match: ['a=b'], during: {from: '9', to: '18:00'}, drop: x}", "routes[0].during", "no time of a day"),
    ("a: &a [*a]", "a[0]", "alias stands within"),
    ("users:\n- {name: a, role: admn}", "users[0].role", "Did you mean 'admin'"),
    ("users:\n- {name: a, senior: 1}", "users[0].senior", "true or false"),
    ("users:\n- {name: a, time_zone: Berlin}", "users[0].time_zone", "no time zone"),
    ("users:\n- {name: a, email: nobody}", "users[0].email", "not an e-mail"),
    ("users:\n- {name: a, contacts: [{email: a@x.org, ntfy: y}]}", "users[0].contacts[0]", "one key"),
    ("users:\n- {name: a, contacts: [{webhook: 'env:HOOK'}]}", "users[0].contacts[0].webhook", "HOOK is not set"),
    ("users:\n- {name: a, email: a@x.org, notify: {high: [{sms: 0m}]}}", "users[0].notify.high[0]", "no sms contact"),
    ("users:\n- {name: a, email: a@x.org, notify: {low: [{email: soon}]}}", "users[0].notify.low[0].email", "duration"),
    ("severity_profiles:\n- {name: sre, levels: [{name: A}]}", "severity_profiles[0].name", "ships with Tocsin"),
    ("severity_profiles:\n- {name: ours, levels: []}", "severity_profiles[0]", "1 to 8 levels"),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A}, {name: a}]}",
        "severity_profiles[0].levels[1]",
        "Two levels",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, page: loud}]}",
        "severity_profiles[0].levels[0].page",
        "wake",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, escalations: [{tell: 'boss:x', after: 5m}]}]}",
        "severity_profiles[0].levels[0].escalations[0].tell",
        "no kind of target",
    ),
    (
        "severity_profiles:\n"
        "- {name: ours, levels: [{name: A, escalations: [{tell: 'webhook:https://x.org/s3cret', after: 5m}]}]}",
        "severity_profiles[0].levels[0].escalations[0].tell",
        "such as chat:ops",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, ack_timeout: 1s}]}",
        "severity_profiles[0].levels[0].ack_timeout",
        "1m or more",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, criteria: {users_affected: 40%}}]}",
        "severity_profiles[0].levels[0].criteria.users_affected",
        "at least 10",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, criteria: {userz: above 40%}}]}",
        "severity_profiles[0].levels[0].criteria.userz",
        "users_affected",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, criteria: {breach: above 3}}]}",
        "severity_profiles[0].levels[0].criteria.breach",
        "yes, no",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, criteria: {revenue_per_hour: above 5000 EUR}}]}",
        "severity_profiles[0].levels[0].criteria.revenue_per_hour",
        "currency: EUR",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, phases: {respond: 1h, mitigate: 5m}}]}",
        "severity_profiles[0].levels[0].phases",
        "when each ends",
    ),
    (
        "severity_profiles:\n- {name: ours, levels: [{name: A, targets: {mtt: 5m}}]}",
        "severity_profiles[0].levels[0].targets.mtt",
        "mttd",
    ),
    (
        "severity_profiles:\n- {name: ours, currency: Euro, levels: [{name: A, page: wake}]}",
        "severity_profiles[0].currency",
        "EUR",
    ),
    (
        "severity_profiles:\n- {name: ours, reassess_every: 1m, levels: [{name: A, page: wake}]}",
        "severity_profiles[0].reassess_every",
        "5m or more",
    ),
    (
        "organisation: {name: x, business_hours: {days: mo-fr, from: 9, to: 18}}",
        "organisation.business_hours.days",
        "day",
    ),
    ("escalation_policies:\n- {name: a}", "escalation_policies[0]", "at least one step"),
    ("escalation_policies:\n- {name: a, steps: [{notify: ['user:b']}]}", "escalation_policies[0].steps[0]", "'wait'"),
    (
        "escalation_policies:\n- {name: a, steps: [{notify: ['channel:b'], wait: 5m}]}",
        "escalation_policies[0].steps[0].notify[0]",
        "'channel' is no kind of target",
    ),
    (
        "escalation_policies:\n- {name: a, steps: [{notify: ['webhook:ftp://b'], wait: 5m}]}",
        "escalation_policies[0].steps[0].notify[0]",
        "must begin with https:// or http://",
    ),
    (
        "escalation_policies:\n- {name: a, steps: [{notify: ['webhook:env:NO_HOOK'], wait: 5m}]}",
        "escalation_policies[0].steps[0].notify[0]",
        "NO_HOOK is not set",
    ),
    ("chats:\n- {name: ops, pager: x}", "chats[0]", "'pager' is no kind of chat"),
    ("chats:\n- {name: ops, email: a@example.com}", "chats[0]", "'email' is no kind of chat"),
    ("chats:\n- {name: ops}", "chats[0]", "one room of one kind"),
    ("chats:\n- {name: ops, slack: '#ops'}", "chats[0].slack", "cannot be used"),
    ("chats:\n- {name: ops, slack: env:NO_CHAT}", "chats[0].slack", "NO_CHAT is not set"),
    (
        "escalation_policies:\n- {name: a, steps: [{notify: [{round_robin: ['vendor:b']}], wait: 5m}]}",
        "escalation_policies[0].steps[0].notify[0]",
        "no turns to take",
    ),
    (
        "escalation_policies:\n- {name: a, steps: [{notify: [{robin: ['user:b']}], wait: 5m}]}",
        "escalation_policies[0].steps[0].notify[0]",
        "'round_robin'",
    ),
    (
        "escalation_policies:\n- {name: a, when: [{steps: []}], steps: [{notify: ['user:b'], wait: 5m}]}",
        "escalation_policies[0].when[0]",
        "says when it applies",
    ),
    (
        "escalation_policies:\n- {name: a, when: [{during: nights}], steps: [{notify: ['user:b'], wait: 5m}]}",
        "escalation_policies[0].when[0]",
        "changes nothing",
    ),
    (
        "escalation_policies:\n- {name: a, when: [{during: noon}], steps: [{notify: ['user:b'], wait: 5m}]}",
        "escalation_policies[0].when[0].during",
        "outside-business-hours",
    ),
    (
        "escalation_policies:\n- {name: a, when: [{during: nights, hold_until: dawn}], steps: []}",
        "escalation_policies[0].when[0].hold_until",
        "business-hours",
    ),
    (
        "escalation_policies:\n- {name: a, when: [{during: nights, policy: b, repeat: 2}], steps: []}",
        "escalation_policies[0].when[0].policy",
        "Keep one",
    ),
    ("services:\n- {name: a, tier: first}", "services[0].tier", "whole number"),
    ("services:\n- {name: a, transaction_value: 42.50}", "services[0].transaction_value", "currency"),
    ("services:\n- {name: a, slo: {availability: lots}}", "services[0].slo.availability", "no share between"),
    ("services:\n- {name: a, slo: {window: 30d}}", "services[0].slo", "needs an objective"),
    ("services:\n- {name: a, slo: {error_rate: 1%}}", "services[0].slo.error_rate", "`errors: …`"),
    ("services:\n- {name: a, slo: {availability: 99%, window: 2y}}", "services[0].slo.window", "30s, 5m, 2h"),
    ("services:\n- {name: a, slo: {availability: 99%, slow: x}}", "services[0].slo.slow", "measures latency"),
    ("services:\n- {name: a, slo: {latency: 2s, slow: x}}", "services[0].slo.latency", "95% below 300ms"),
    ("services:\n- {name: a, slo: {latency: 95% below 2s}}", "services[0].slo.latency", "`slow: …`"),
    ("services:\n- {name: a, slo: {latency: fast}}", "services[0].slo.latency", "not a duration"),
    ("organisation: {name: a, slo_policy: {exhausted: [freze]}}", "organisation.slo_policy.exhausted[0]", "freeze"),
    ("services:\n- {name: a, checks: [{name: x}]}", "services[0].checks[0]", "one thing"),
    ("integrations:\n- {name: a, type: promtheus, key: x123456789012345}", "integrations[0].type", "'prometheus'"),
    ("integrations:\n- {name: a, type: prometheus, key: 'env:NO_KEY'}", "integrations[0].key", "NO_KEY is not set"),
    (
        "integrations:\n- {name: a, type: prometheus, key: x123456789012345, signed: true}",
        "integrations[0].signed",
        "belongs to `type: grafana`",
    ),
    (
        "integrations:\n- {name: a, type: grafana, key: x123456789012345, signed: maybe}",
        "integrations[0].signed",
        "must be true or false",
    ),
    (
        "integrations:\n- {name: a, type: grafana, key: x123456789012345, timestamp_header: 'a b'}",
        "integrations[0].timestamp_header",
        "name of a header",
    ),
    (
        "integrations:\n- {name: a, type: heartbeat, key: x123456789012345}",
        "integrations[0]",
        "A heartbeat needs",
    ),
    (
        "integrations:\n- {name: a, type: heartbeat, key: x123456789012345, every: 5m, grace: soon}",
        "integrations[0].grace",
        "is not a duration",
    ),
    ("integrations:\n- {name: a, type: prometheus, key: short}", "integrations[0].key", "shorter than"),
    (
        "integrations:\n- {name: a, type: generic, key: x123456789012345, mapping: {x: y}}",
        "integrations[0].mapping",
        "x",
    ),
    ("routes:\n- {drop: x}", "routes[0]", "without `match`"),
    ("routes:\n- {match: ['a=b'], drop: x, hold: y}", "routes[0].hold", "both"),
    ("routes:\n- {match: ['a=b'], during: nights, drop: x}", "routes[0].during", "business-hours"),
    ("routes:\n- {match: ['a=b'], facts: {userz: 3}}", "routes[0].facts.userz", "not a fact"),
    ("default_route: {match: ['a=b'], service: x}", "default_route.match", "no route matched"),
    ("inhibitions:\n- {source: ['a=b']}", "inhibitions[0]", "target"),
    ("groups:\n- {name: a}", "groups[0]", "'members'"),
    ("vendors:\n- {name: a, email: nobody}", "vendors[0].email", "no mail address"),
    (
        "maintenance:\n- {services: [a], from: 2026-01-02T00:00, to: 2026-01-01T00:00}",
        "maintenance[0].to",
        "ends before",
    ),
    (f"maintenance:\n- {{services: [a], {NIGHT}, repeat: hourly}}", "maintenance[0].repeat", "FREQ=WEEKLY"),
    (f"maintenance:\n- {{services: [a], {NIGHT}, every: 2}}", "maintenance[0]", "'repeat'"),
    (f"maintenance:\n- {{services: [a], {NIGHT}, repeat: FREQ=DAILY, days: mon}}", "maintenance[0].repeat", "`days`"),
    (f"maintenance:\n- {{services: [a], {NIGHT}, repeat: weekly, days: sun}}", "maintenance[0].from", "Friday"),
    (f"maintenance:\n- {{{NIGHT}}}", "maintenance[0]", "'services'"),
]


@pytest.mark.parametrize(("text", "path", "says"), WRONG)
def test_a_mistake_is_named_where_it_is(text: str, path: str, says: str) -> None:
    found = [p for p in problems(text) if p.path == path]
    assert found, problems(text)
    assert any(says in f"{p.message} {p.remedy}" for p in found), found
    assert all(p.line >= 1 or not path for p in found)


LAYER = "{name: w, rotation: weekly, handover: 'Monday 09:00', starts: 2026-01-05, users: [a]}"
WRONG_LAYERS = [
    ("{name: w, rotation: weekly, handover: '09:00', starts: 2026-01-05, users: [a]}", "handover", "Monday 09:00"),
    ("{name: w, rotation: daily, handover: 'Monday 09:00', starts: 2026-01-05, users: [a]}", "handover", '"09:00"'),
    ("{name: w, rotation: monthly, handover: '32 09:00', starts: 2026-01-05, users: [a]}", "handover", "first of the"),
    (
        "{name: w, rotation: hourly, handover: '09:00', starts: 2026-01-05, users: [a]}",
        "rotation",
        "cannot be 'hourly'",
    ),
    ("{name: w, rotation: custom, starts: 2026-01-05, users: [a]}", "", "'length'"),
    ("{name: w, rotation: custom, length: 5m, starts: 2026-01-05, users: [a]}", "length", "at least an hour"),
    ("{name: w, rotation: daily, handover: '09:00', length: 5h, starts: 2026-01-05, users: [a]}", "length", "custom"),
    ("{name: w, rotation: daily, handover: '25:00', starts: 2026-01-05, users: [a]}", "handover", "no hand-over"),
    ("{name: w, rotation: daily, handover: '09:00', starts: 2026-13-05, users: [a]}", "starts", "no local date"),
    (
        "{name: w, rotation: daily, handover: '09:00', starts: '2026-01-05T09:00Z', users: [a]}",
        "starts",
        "no local date",
    ),
    (
        "{name: w, rotation: daily, handover: '09:00', starts: 2026-01-05, ends: 2026-01-01, users: [a]}",
        "ends",
        "before",
    ),
    ("{name: w, rotation: daily, handover: '09:00', starts: 2026-01-05}", "users", "needs somebody"),
    ("{name: w, rotation: daily, handover: '09:00', starts: 2026-01-05, users: [~]}", "users[0]", "name somebody"),
    (LAYER.replace("users", "restrict: {days: mon, from: '8', to: '20:00'}, users"), "restrict.from", "no time"),
]


@pytest.mark.parametrize(("layer", "path", "says"), WRONG_LAYERS)
def test_a_mistake_in_a_rotation_is_named_where_it_is(layer: str, path: str, says: str) -> None:
    found = problems(ORGANISATION + f"schedules:\n- name: s\n  layers:\n  - {layer}\n")
    at = "schedules[0].layers[0]" + (f".{path}" if path else "")
    assert any(p.path == at and says in f"{p.message} {p.remedy}" and p.line == 5 for p in found), found


def test_no_schedule_takes_the_address_of_a_page() -> None:
    problem = only_problem(ORGANISATION + f"schedules:\n- {{name: load, layers: [{LAYER}]}}\n")
    assert (problem.path, problem.message) == ("schedules[0].name", "'load' is the address of a page of its own.")


def test_times_of_day_need_no_quotes_though_yaml_would_make_numbers_of_them() -> None:
    document = read(ORGANISATION + f"schedules:\n- {{name: s, layers: [{LAYER.replace(chr(39), '')}]}}\n")
    (handover,) = document.schedules[0].value.layers[0].handovers
    assert (handover.weekday, handover.at) == (0, time(9))


def test_a_turn_may_be_held_by_several_or_by_nobody() -> None:
    text = ORGANISATION + f"schedules:\n- {{name: s, layers: [{LAYER.replace('[a]', '[a, [b, c], []]')}]}}\n"
    assert read(text).schedules[0].value.layers[0].users == (("a",), ("b", "c"), ())


def test_a_schedule_without_a_zone_has_that_of_the_organisation_in_whatever_file_it_is() -> None:
    schedule = f"schedules:\n- {{name: s, layers: [{LAYER}]}}\n"
    document = load_texts({"a.yaml": schedule, "b.yaml": ORGANISATION}, {})
    assert document.schedules[0].value.time_zone == "Europe/Berlin"
    assert only_problem(schedule).message == "A schedule needs 'time_zone' when no organisation gives one."


def test_an_instant_with_an_offset_means_that_instant() -> None:
    override = "{user: a, from: '2026-07-01T09:00-04:00', to: 2026-07-02T09:00}"
    text = ORGANISATION + f"schedules:\n- {{name: s, layers: [{LAYER}], overrides: [{override}]}}\n"
    found = read(text).schedules[0].value.overrides[0]
    assert found.starts_at == datetime(2026, 7, 1, 13, tzinfo=UTC)
    assert found.ends_at == datetime(2026, 7, 2, 7, tzinfo=UTC)


def test_aliases_and_merges_work_within_bounds() -> None:
    text = "x: &x {wait: 5m}\n"
    policy = "escalation_policies:\n- {name: a, steps: [{notify: ['user:b'], <<: *x}]}\n"
    assert [p.path for p in problems(text + policy)] == ["x"]
    merged = "escalation_policies:\n- {name: a, steps: [&s {notify: ['user:b'], wait: 5m}, {<<: *s, wait: 9m}]}\n"
    waits = [step.wait for step in read(merged).escalation_policies[0].value.steps]
    assert waits == [timedelta(minutes=5), timedelta(minutes=9)]


def test_a_bomb_of_aliases_is_refused() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert any("too large" in p.message for p in problems("\n".join(rows)))


def test_a_file_that_is_too_deep_is_refused() -> None:
    assert any("too deep" in p.message for p in problems("users: " + "[" * 60 + "]" * 60))


def test_a_secret_comes_from_the_environment_and_is_marked() -> None:
    text = "users:\n- {name: a, contacts: [{webhook: 'env:HOOK'}, {webhook: https://x.example.com}]}\n"
    contacts = read(text, HOOK="https://hooks.example.com/token").users[0].value.contacts
    assert [(c.address, c.is_secret) for c in contacts] == [
        ("https://hooks.example.com/token", True),
        ("https://x.example.com", False),
    ]


def test_a_folder_is_read_whole_by_the_names_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.yaml").write_text("never: read")
    (tmp_path / "people" / "all.yml").write_text("users: [{name: a}]")
    (tmp_path / "org.yaml").write_text(ORGANISATION)
    (tmp_path / "notes.txt").write_text("not ours")
    document = load([tmp_path], {})
    assert [file.name for file in document.files] == ["org.yaml", "people/all.yml"]
    assert document.users[0].value.managed_by == "people/all.yml"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"users: [{name: \xe9}]")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationInvalid) as refused:
        load([tmp_path / "latin.yaml", tmp_path / "empty", tmp_path / "absent.yaml"], {})
    assert [p.message for p in refused.value.problems] == [
        "The file cannot be read: No such file or directory.",
        "The folder holds no .yaml file.",
        "The file is not UTF-8.",
    ]


def test_a_thing_in_two_files_is_refused_naming_both() -> None:
    with pytest.raises(ConfigurationInvalid, match=r"the other is in a\.yaml:1"):
        load_texts({"a.yaml": "teams: [{name: x}]", "b.yaml": "teams: [{name: x}]"}, {})
    with pytest.raises(ConfigurationInvalid, match=r"organisation is in a\.yaml already"):
        load_texts({"a.yaml": ORGANISATION, "b.yaml": ORGANISATION}, {})
    with pytest.raises(ConfigurationInvalid, match=r"in a\.yaml already"):
        load_texts({"a.yaml": "default_route: {service: x}", "b.yaml": "routes: [{match: ['a=b'], drop: x}]"}, {})


def test_a_short_key_is_told_and_taken() -> None:
    document = read("integrations:\n- {name: a, type: prometheus, key: short-key}\n")
    assert [(n.path, n.line) for n in document.notices] == [("integrations[0].key", 2)]


SCHEDULE = """
users: [{name: alice, email: alice@example.com}]
schedules:
  - name: primary
    limits: {%s}
    layers: [{name: week, rotation: weekly, handover: Monday 09:00, starts: 2026-01-05, users: [alice]}]
"""


def test_limits_of_on_call_are_numbers_or_off() -> None:
    limits = "oncall_limits: {hours_a_week: 60, days_between: 5}"
    document = read(
        ORGANISATION.replace("}", f", {limits}}}") + SCHEDULE % "days_in_a_row: 14, hours_a_week: off, gaps: true"
    )
    assert document.organisation is not None
    assert document.organisation.value.oncall_limits == Limits(hours_a_week=60, days_between=5)
    own = document.schedules[0].value.limits
    assert own == Limits(days_in_a_row=14, hours_a_week=None, gaps=True)
    assert msgspec.json.decode(msgspec.json.encode(own), type=Limits) == own
    assert schedule_shape(document.schedules[0].value)["limits"] == {
        "days_in_a_row": 14,
        "hours_a_week": "off",
        "gaps": True,
    }


@pytest.mark.parametrize(
    "said", ["hours_a_week: 169", "days_in_a_row: 0", "nights_in_a_row: some", 'days_between: "7"']
)
def test_a_limit_that_cannot_be(said: str) -> None:
    problem = only_problem(ORGANISATION + SCHEDULE % said)
    assert problem.path == f"schedules[0].limits.{said.split(':')[0]}"
    assert "or `off`" in problem.message
