"""Plan and apply against a real database: the example, twice, changed, taken apart; refused whole or done whole."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, UserDraft
from tocsin.alerts import maintenances, rulebook
from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.catalog import directory
from tocsin.catalog import service as catalog
from tocsin.config.apply import apply
from tocsin.config.document import Document
from tocsin.config.files import load_texts
from tocsin.config.model import Action, Change, Plan
from tocsin.config.plan import plan
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.render import plan_lines
from tocsin.db.database import Database
from tocsin.delivery import contacts
from tocsin.kernel import ledger
from tocsin.oncall import service as oncall
from tocsin.oncall import store as oncall_store
from tocsin.oncall.model import Override, Part
from tocsin.paging import policies
from tocsin.postmortems import own_templates
from tocsin.postmortems.templates import known_templates

EXAMPLE = (Path(__file__).parents[3] / "examples" / "tocsin.yaml").read_text()
ENVIRON = {"TOCSIN_PROMETHEUS_KEY": "prometheus-key-0123456789"}
BY = "@root"


def read(text: str, *, name: str = "tocsin.yaml", replaces: tuple[str, ...] = ()) -> Document:
    return load_texts({name: text}, ENVIRON, replaces)


async def plan_of(db: Database, text: str, **more: object) -> Plan:
    async with db.connection() as conn:
        return await plan(conn, read(text, **more), db.clock.now(), {})  # type: ignore[arg-type]


async def apply_to(db: Database, text: str, **more: object) -> Plan:
    async with db.transaction() as tx:
        return await apply(tx, read(text, **more), BY, {})  # type: ignore[arg-type]


def about(found: Plan, section: str, name: str = "") -> Change:
    (one,) = [change for change in found.changes if (change.section, change.name) == (section, name)]
    return one


async def test_the_example_is_put_in_place_whole(db: Database) -> None:
    done = await apply_to(db, EXAMPLE)
    assert done.is_applied
    assert done.summary == "17 added, 2 changed, 0 removed"
    async with db.connection() as conn:
        assert (await catalog.organisation(conn)).name == "Example"
        alice = await accounts.get_user_by_name(conn, "alice")
        assert (alice.role, alice.senior, alice.managed_by) == (Role.ADMIN, True, "tocsin.yaml")
        assert [c.kind for c in await contacts.list_contacts(conn, alice.id)] == ["email", "webhook", "ntfy"]
        team = await accounts.get_team(conn, "payments")
        assert (team.members, team.leads) == (("alice", "bob", "dave", "erin"), ("carol",))
        at = datetime(2026, 3, 2, 10, tzinfo=UTC)  # the ninth Monday after the start, 11:00 in Berlin
        assert (await oncall.who_is_on_call(conn, "payments-primary", at)).users == ("alice",)
        assert (await oncall.who_is_on_call(conn, "payments-secondary", at)).users == ("dave",)
        christmas = datetime(2026, 12, 25, 12, tzinfo=UTC)
        assert (await oncall.who_is_on_call(conn, "payments-primary", christmas)).reason.startswith(
            "on call in payments-primary (override) until Sun 2026-12-27 09:00 CET"
        )
        stored = await policies.find_policy(conn, "payments")
        assert stored is not None
        assert stored.policy.repeat == 1
        checkout = await catalog.get_service(conn, "checkout")
        assert (checkout.team, checkout.tier, checkout.depends_on) == ("payments", 1, ("payments-db",))
        assert checkout.more["transaction_value"] == "42.50 EUR"
        keys = {one.name: one.key_hash for one in await rulebook.list_integrations(conn)}
        assert keys["prometheus"] == rulebook.hash_key("prometheus-key-0123456789")
        routes, default, inhibitions = await rulebook.list_routing(conn)
        assert (len(routes), default, len(inhibitions)) == (2, {"service": "checkout"}, 1)


async def test_applied_twice_nothing_changes_and_it_says_so(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    async with db.connection() as conn:
        before = await ledger.list_recent(conn, since=datetime(2026, 1, 1, tzinfo=UTC), scopes=[1])
    again = await apply_to(db, EXAMPLE)
    assert (again.changes, again.summary) == ((), "nothing changed")
    async with db.connection() as conn:
        assert await ledger.list_recent(conn, since=datetime(2026, 1, 1, tzinfo=UTC), scopes=[1]) == before
    assert (await plan_of(db, EXAMPLE)).summary == "nothing changes"


async def test_a_chat_is_kept_with_its_address_changed_by_it_and_removed(db: Database) -> None:
    async def rooms() -> list[tuple[str, str, str]]:
        async with db.connection() as conn:
            return [(each.name, each.kind, each.address) for each in await directory.list_chats(conn)]

    hook = "https://hooks.slack.com/services/T0/B0"
    await apply_to(db, f'chats: [{{name: ops, slack: "{hook}/one"}}]')
    assert await rooms() == [("ops", "slack", f"{hook}/one")]
    assert (await apply_to(db, f'chats: [{{name: ops, slack: "{hook}/one"}}]')).changes == ()
    changed = await apply_to(db, f'chats: [{{name: ops, slack: "{hook}/two"}}]')
    assert [change.name for change in changed.changes] == ["ops"]
    assert "/two" not in "\n".join(plan_lines(changed))
    assert await rooms() == [("ops", "slack", f"{hook}/two")]
    await apply_to(db, "groups: []")
    assert await rooms() == []


async def test_a_plan_changes_nothing(db: Database) -> None:
    found = await plan_of(db, EXAMPLE)
    assert not found.is_applied
    assert found.summary == "17 to add, 2 to change, 0 to remove"
    async with db.connection() as conn:
        assert await accounts.list_users(conn) == []


async def test_what_is_kept_for_later_is_said_line_by_line(db: Database) -> None:
    found = await plan_of(db, EXAMPLE)
    kept = {notice.path for notice in found.not_in_effect}
    assert kept == {
        "organisation.incident_channel",
        "organisation.announce_channel",
        "services[0].runbooks",
        "status_pages[0]",
    }
    assert all(notice.line > 0 and notice.message for notice in found.not_in_effect)


async def test_the_plan_says_who_is_on_call_and_who_follows(db: Database) -> None:
    primary = (await plan_of(db, EXAMPLE)).coverage[0]
    assert (primary.schedule, primary.users, primary.next_users) == ("payments-primary", ("alice",), ("bob",))


async def test_the_plan_says_that_nobody_is_before_who_follows(db: Database) -> None:
    days = 'users: [alice, bob, dave, erin], restrict: [{days: mon-sun, from: "01:00", to: "23:00"}]}'
    found = await plan_of(db, EXAMPLE.replace("users: [alice, bob, dave, erin]}", days))
    (line,) = [line for line in plan_lines(found) if line.startswith("  payments-primary: ")]
    assert line.endswith("alice until Mon 2026-03-02 23:00 CET, then nobody until Tue 2026-03-03 01:00 CET, then alice")


async def test_a_difference_is_told_field_by_field(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    changed = EXAMPLE.replace("role: manager", "role: responder").replace("wait: 5m", "wait: 7m")
    changed = changed.replace(
        '"Monday 09:00", starts: 2026-01-05, users: [alice, bob',
        '"Tuesday 10:00", starts: 2026-01-06, users: [bob, alice',
    )
    found = await plan_of(db, changed)
    assert [(f.path, f.before, f.after) for f in about(found, "users", "carol").fields] == [
        ("role", "manager", "responder")
    ]
    assert [(f.path, f.before, f.after) for f in about(found, "schedules", "payments-primary").fields] == [
        ("layers[week].handover", "Monday 09:00", "Tuesday 10:00"),
        ("layers[week].starts", "2026-01-05T09:00", "2026-01-06T10:00"),
        ("layers[week].users", "[alice, bob, dave, erin]", "[bob, alice, dave, erin]"),
    ]
    assert [(f.path, f.before, f.after) for f in about(found, "escalation_policies", "payments").fields] == [
        ("steps[0].wait", "5m", "7m")
    ]
    assert found.summary == "0 to add, 3 to change, 0 to remove"


async def test_of_many_routes_only_those_are_told_that_differ(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    changed = EXAMPLE.replace("drop: informational", "drop: noise").replace(
        "routes:  ", "routes:\n  - {match: ['job=\"nightly\"'], urgency: low}\n#"
    )
    (change,) = (await plan_of(db, changed)).changes
    assert [(f.path, f.before, f.after) for f in change.fields] == [
        ("routes[0]", None, '{match: [job="nightly"], urgency: low}'),
        ("routes[2].drop", "informational", "noise"),
    ]


async def test_a_new_key_is_told_and_never_shown(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    document = load_texts({"tocsin.yaml": EXAMPLE}, {"TOCSIN_PROMETHEUS_KEY": "another-key-9876543210"})
    async with db.transaction() as tx:
        done = await apply(tx, document, BY, {})
    (field,) = about(done, "integrations", "prometheus").fields
    assert (field.path, field.before, field.after) == ("key", "(secret)", "(secret) (another)")
    assert "9876543210" not in "\n".join(plan_lines(done))
    async with db.connection() as conn:
        keys = {one.name: one.key_hash for one in await rulebook.list_integrations(conn)}
    assert keys["prometheus"] == rulebook.hash_key("another-key-9876543210")


async def test_a_webhook_address_is_shown_without_its_path(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    found = await plan_of(db, EXAMPLE.replace("hooks.example.com/alice", "hooks.example.com/secret-token"))
    assert "secret-token" not in "\n".join(plan_lines(found))
    assert about(found, "users", "alice").fields[0].path == "contacts"


async def test_what_leaves_the_file_goes_and_people_are_disabled(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    small = """
users:
  - {name: alice, email: alice@example.com, role: admin}
teams:
  - {name: payments, members: [alice]}
"""
    done = await apply_to(db, small)
    gone = {(c.section, c.name): c.action for c in done.changes if c.action in (Action.REMOVED, Action.DISABLED)}
    assert gone[("users", "bob")] is Action.DISABLED
    assert gone[("schedules", "payments-primary")] is Action.REMOVED
    assert gone[("services", "checkout")] is Action.REMOVED
    assert gone[("integrations", "prometheus")] is Action.REMOVED
    async with db.connection() as conn:
        assert [u.name for u in await accounts.list_users(conn) if not u.is_disabled] == ["alice"]
        assert await catalog.list_services(conn) == []
        assert await oncall.list_schedules(conn, db.clock.now()) == []
        assert await policies.list_policies(conn) == []
        assert await rulebook.list_integrations(conn) == []
        assert await rulebook.list_routing(conn) == ([], None, [])
        assert (await catalog.organisation(conn)).managed_by is None
    back = await apply_to(db, EXAMPLE)
    assert about(back, "users", "bob").action is Action.ENABLED
    assert (await apply_to(db, EXAMPLE)).changes == ()


async def test_a_refused_document_changes_nothing_at_all(db: Database) -> None:
    broken = EXAMPLE.replace("leads: [carol]", "leads: [carl]")
    with pytest.raises(ConfigurationInvalid) as refused:
        await apply_to(db, broken)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.path) == ("tocsin.yaml", 29, "teams[0].leads[0]")
    assert problem.message == "There is no user 'carl'. Did you mean 'carol'?"
    async with db.connection() as conn:
        assert await accounts.list_users(conn) == []
        assert (await catalog.organisation(conn)).name == "Organisation"


REFUSED = [
    ("severity: SEV-2", "severity: P1", "routes[0].severity", "has no level 'P1'"),
    ("severity_profile: sre", "severity_profile: p-levels", "organisation.severity_profile", "'leadership'"),
    ("email: bob@example.com,", "contacts: [{pager: '+491'}],", "users[1].contacts[0].pager", "no way to reach"),
    (
        "https://hooks.example.com/alice",
        "file:///etc/passwd",
        "users[0].contacts[1].webhook",
        "must begin with https://",
    ),
    ('"user:carol"]', '"chat:ops"]', "escalation_policies[0].steps[1].notify[1]", "no chat 'ops'"),
    ("email: bob@example.com", "email: Alice@example.com", "users[1].email", "of alice already"),
    ("team: payments\n    time_zone", "team: pay\n    time_zone", "schedules[0].team", "no team 'pay'"),
    ('"user:carol"]', '"user:karol"]', "escalation_policies[0].steps[1].notify[1]", "Did you mean 'carol'"),
    ("depends_on: [payments-db]", "depends_on: [db]", "services[0].depends_on[0]", "no service 'db'"),
    ("default_route: {service: checkout}", "default_route: {service: x}", "default_route.service", "no service 'x'"),
    ("members: [carol]}", "members: [karl]}", "groups[0].members[0]", "no user 'karl'"),
    ("role: admin                    #", "role: manager #", "users", "an administrator"),
]


@pytest.mark.parametrize(("old", "new", "path", "says"), REFUSED)
async def test_what_does_not_hold_together_is_refused(db: Database, old: str, new: str, path: str, says: str) -> None:
    async with db.transaction() as tx:
        draft = UserDraft(name="root", email="root@example.com", role=Role.ADMIN)
        root = await accounts.upsert_user(tx, draft, managed_by="other.yaml", actor=BY)
    await apply_to(db, EXAMPLE)
    if path == "users":
        async with db.transaction() as tx:
            await accounts.disable_user(tx, root.name, managed_by="other.yaml", actor=BY)
    assert old in EXAMPLE
    found = await plan_of(db, EXAMPLE.replace(old, new, 1))
    assert found.changes == ()
    assert any(p.path == path and says in p.message for p in found.errors), found.errors


async def test_the_key_of_two_integrations_is_refused(db: Database) -> None:
    same = EXAMPLE.replace("0123456789abcdef0123456789abcdef", ENVIRON["TOCSIN_PROMETHEUS_KEY"])
    found = await plan_of(db, same)
    assert [p.path for p in found.errors] == ["integrations[1].key"]


async def test_another_files_things_are_refused_until_this_file_takes_its_place(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    found = await plan_of(db, EXAMPLE, name="all.yaml")
    assert any(
        "alice is managed by tocsin.yaml" in p.message and "--replaces tocsin.yaml" in p.remedy for p in found.errors
    )
    done = await apply_to(db, EXAMPLE, name="all.yaml", replaces=("tocsin.yaml",))
    assert {field.path for change in done.changes for field in change.fields} == {"managed by"}
    assert (await apply_to(db, EXAMPLE, name="all.yaml")).changes == ()
    async with db.connection() as conn:
        assert (await accounts.get_user_by_name(conn, "bob")).managed_by == "all.yaml"


async def test_two_files_live_side_by_side(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    extra = "users: [{name: zoe, email: zoe@example.com}]\nteams: [{name: search, members: [zoe, bob]}]\n"
    await apply_to(db, extra, name="search.yaml")
    assert (await apply_to(db, EXAMPLE)).changes == ()
    without_bob = EXAMPLE.replace(
        "  - {name: bob, email: bob@example.com, role: responder}      # e-mail at once is the default rule\n", ""
    )
    without_bob = without_bob.replace("alice, bob, dave", "alice, dave").replace("erin, alice, bob", "erin, alice")
    (problem,) = (await plan_of(db, without_bob)).errors
    assert (problem.file, problem.path) == ("search.yaml", "teams[search].members[0]")
    assert problem.message == "The user 'bob' goes away, and this still names it."


async def test_somebody_made_by_hand_is_taken_over_and_the_plan_says_so(db: Database) -> None:
    async with db.transaction() as tx:
        await accounts.upsert_user(tx, UserDraft("bob", "bob@example.com"), managed_by=None, actor=BY)
    found = await apply_to(db, EXAMPLE)
    assert [(f.path, f.after) for f in about(found, "users", "bob").fields] == [("managed by", "tocsin.yaml")]


async def test_overrides_that_people_made_stay_and_count_in_the_plan(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    now = db.clock.now()
    override = Override(user="carol", starts_at=now, ends_at=now.replace(hour=20), created_by="@carol")
    async with db.transaction() as tx:
        cursor = await tx.conn.execute("SELECT id FROM schedule WHERE name = 'payments-primary'")
        row = await cursor.fetchone()
        assert row is not None
        await oncall_store.insert_overrides(tx.conn, row[0], [override], tx.now)
    found = await plan_of(db, EXAMPLE)
    assert found.changes == ()
    assert found.coverage[0].users == ("carol",)
    await apply_to(db, EXAMPLE.replace("2026-12-27T09:00", "2026-12-28T09:00"))
    async with db.connection() as conn:
        assert (await oncall.who_is_on_call(conn, "payments-primary", now)).users == ("carol",)
        schedule = await oncall.get_schedule(conn, "payments-primary", now)
    assert [(o.user, o.managed_by) for o in schedule.overrides] == [("carol", None), ("carol", "tocsin.yaml")]


async def test_an_override_that_a_person_made_of_a_layer_is_named_when_the_layer_goes(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    now = db.clock.now()
    override = Override(
        user="carol", starts_at=now, ends_at=now.replace(hour=20), created_by="@carol", layer="week", part=Part.BESIDE
    )
    async with db.transaction() as tx:
        row = await (await tx.conn.execute("SELECT id FROM schedule WHERE name = 'payments-primary'")).fetchone()
        assert row is not None
        await oncall_store.insert_overrides(tx.conn, row[0], [override], tx.now)
    assert not [one for one in (await plan_of(db, EXAMPLE)).warnings if "is gone" in one.message]
    (warning,) = [
        one
        for one in (await plan_of(db, EXAMPLE.replace("name: week", "name: weeks"))).warnings
        if "is gone" in one.message
    ]
    assert warning.message.endswith("puts carol into the layer week, which is gone: it says nothing now")


async def test_the_plan_says_whose_shifts_it_moves(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    week = 'handover: "Monday 09:00", starts: 2026-01-05, users: [alice, bob, dave, erin]'
    assert week in EXAMPLE
    leaving = EXAMPLE.replace(week, f"{week}, members: [{{user: dave, until: 2026-03-25}}]", 1)
    moved = [one for one in (await plan_of(db, leaving)).warnings if "move" in one.message]
    assert [one.message for one in moved] == [
        "shifts of alice, bob, dave, erin in payments-primary move, the first on Mon 2026-04-13 09:00: "
        "applying this tells them"
    ]
    assert not [one for one in (await plan_of(db, EXAMPLE)).warnings if "move" in one.message]


async def test_the_plan_names_whoever_is_on_call_and_unproven(db: Database) -> None:
    """Nothing can be known of people who are new, so the first plan says nothing."""
    assert not [one for one in (await plan_of(db, EXAMPLE)).warnings if "oncall proof" in one.message]
    await apply_to(db, EXAMPLE)
    said = [one.message for one in (await plan_of(db, EXAMPLE)).warnings if "oncall proof" in one.message]
    assert all(sentence.endswith(": see tocsin oncall proof") for sentence in said)
    found = {(sentence.split()[0], sentence.rpartition(":")[0].rpartition(" ")[2]) for sentence in said}
    assert {("alice", "now"), ("bob", "next")} <= found


async def test_warnings_name_what_would_end_without_a_call(db: Database) -> None:
    text = """
organisation: {name: Example, time_zone: Europe/Berlin}
users:
  - {name: ann, role: admin, contacts: [{webhook: "https://hooks.example.com/ann"}]}
  - {name: ben}
schedules:
  - name: office
    layers:
      - {name: day, rotation: daily, handover: "09:00", starts: 2026-01-01, users: [ann],
         restrict: {days: mon-fri, from: "09:00", to: "17:00"}}
    overrides:
      - {user: ann, from: 2026-04-01T09:00, to: 2026-04-03T09:00}
      - {user: ben, from: 2026-04-02T09:00, to: 2026-04-04T09:00}
services: [{name: lonely}]
chats: [{name: ops, apprise: "tgram://1:2/3"}]
routes: [{match: ['a="b"'], service: lonely}]
"""
    async with db.connection() as conn:
        found = await plan(conn, read(text), db.clock.now(), {"webhook": "nothing sends it", "apprise": "not here"})
    said = [(notice.path, notice.message) for notice in found.warnings]
    assert ("users[0].contacts", "ann has not answered yet by webhook: unproven until then") in said
    assert ("users[1]", "ben has no contact and cannot be paged") in said
    assert ("users[0]", "nobody can be reached by webhook: nothing sends it") in said
    assert ("chats[0]", "nothing can be posted to it: not here") in said
    assert ("services[0]", "lonely has no escalation_policy: nobody is paged for it") in said
    assert any(path == "schedules[0].overrides[1]" and "covers another" in text for path, text in said)
    assert found.breakage[0].sentence.startswith("nobody is on call in office from Mon 2026-03-02 17:00 CET to")
    assert any(path == "routes" and "no default_route" in text for path, text in said)
    lines = plan_lines(found)
    told = "nobody is on call in office from Mon 2026-03-02 17:00 CET to Tue 2026-03-03 09:00 CET"
    assert f"  ! tocsin.yaml:7 schedules[0]: after this, {told}" in lines
    assert lines[-1] == "tocsin.yaml: 5 to add, 2 to change, 0 to remove."


async def test_a_contact_that_has_answered_is_not_warned_about(db: Database) -> None:
    text = "users: [{name: ann, role: admin, contacts: [{webhook: 'https://hooks.example.com/ann'}]}]\n"
    await apply_to(db, text)
    async with db.transaction() as tx:
        await tx.conn.execute("UPDATE contact SET proven_at = %s", (tx.now,))
    assert (await plan_of(db, text)).warnings == ()


async def test_the_ledger_keeps_who_applied_what(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    async with db.connection() as conn:
        entries = [e for e in await ledger.list_entries(conn, "config") if e.kind == "ConfigApplied"]
    (entry,) = entries
    assert (entry.actor, entry.data["files"]) == (BY, ["tocsin.yaml"])
    assert entry.sentence == "@root applied tocsin.yaml: 17 added, 2 changed, 0 removed"


async def test_a_comment_changes_nothing_but_the_files_digest(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    done = await apply_to(db, EXAMPLE + "# a remark\n")
    assert done.changes == ()
    async with db.connection() as conn:
        entries = [e for e in await ledger.list_entries(conn, "config") if e.kind == "ConfigApplied"]
    assert len(entries) == 1


async def test_somebody_new_may_have_the_address_of_one_who_leaves(db: Database) -> None:
    await apply_to(db, EXAMPLE)
    renamed = (
        EXAMPLE.replace("name: bob, email", "name: robert, email").replace("bob,", "robert,").replace("bob]", "robert]")
    )
    done = await apply_to(db, renamed)
    assert about(done, "users", "robert").action is Action.CREATED
    assert about(done, "users", "bob").action is Action.DISABLED


EVERYTHING = """
organisation:
  name: Everything
  time_zone: America/New_York
  severity_profile: p-levels
  business_hours: {days: [mon, wed, "fri-sun"], from: 22:00, to: 06:30}
groups:
  - {name: leadership, members: [ann]}
  - {name: executives, members: [ann, ben]}
users:
  - {name: ann, display_name: Ann Ö., email: ann@example.com, role: admin, contacts: [{ntfy: https://ntfy.sh/ann}]}
  - {name: ben, role: viewer, time_zone: Asia/Tokyo, contacts: [{webhook: "env:TOCSIN_PROMETHEUS_KEY_URL"}],
     notify: {high: [{webhook: 1m30s}], low: []}}
teams: [{name: a}, {name: b, leads: [ben]}]
schedules:
  - name: shapes
    layers:
      - {name: monthly, rotation: monthly, handover: "31 09:00", starts: 2026-01-31, users: [ann, [ann, ben], []]}
      - {name: shifts, rotation: custom, length: 84h, starts: "2026-01-01T08:30:15", ends: 2027-01-01, users: [ann]}
      - {name: pairs, rotation: daily, every: 2, handover: 7:00, starts: 2026-01-01, users: [ben, ann],
         restrict: [{days: sat-mon, from: 00:00, to: 24:00}, {from: 12:00, to: 13:00}]}
    overrides:
      - {user: ann, from: 2026-11-01T01:30, to: "2026-11-01T01:30-05:00"}
  - name: more-shapes
    holidays: US-NY
    layers:
      - {name: split, rotation: weekly, handover: [Mon 09:00, "Fri 17:00"], starts: 2026-01-05, users: [ann, ben],
         members: [{user: ben, since: 2026-02-02, until: 2026-06-01T12:00:30}], on_holidays: except}
      - {name: nth, rotation: monthly, handover: [second Tuesday 09:00, last Friday 17:00], starts: 2026-01-13,
         users: [ann, ben], time_zone: Asia/Tokyo, on_holidays: only}
      - {name: rule, rotation: rrule, rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", starts: 2026-01-06T10:00,
         users: [ben, ann], additive: true}
      - {name: learning, rotation: daily, handover: "09:00", starts: 2026-02-02, users: [ben], shadow: true}
    overrides:
      - {user: ann, from: 2026-11-01T09:00, to: 2026-11-02T09:00, instead_of: ben, layer: split, reason: away}
      - {user: ben, from: 2026-11-01T09:00, to: 2026-11-02T09:00, part: beside}
      - {user: ben, from: 2026-11-01T09:00, to: 2026-11-02T09:00, part: shadow, layer: rule}
escalation_policies:
  - {name: p, repeat: 3, steps: [{notify: ["lead:b", "team:a"], wait: 1h30m}], last_resort: ["user:ann"]}
severity_profiles:
  - name: own
    based_on: classic
    levels:
      - {name: A, title: Worst, response: now, response_time: 1m, ack_timeout: 10m, update_cadence: 15m, page: wake,
         stability_window: 20m, team: all, postmortem: required,
         escalations: [{tell: "group:executives", after: 1h, since: impact}],
         criteria: {users_affected: above 40%, revenue_per_hour: at least 5000 EUR, feature: [major, critical]},
         phases: {respond: 5m, mitigate: 1h}, targets: {mttm: 20m}, schedule_by: 24h, publish_by: 3d,
         tell_stakeholders: false, mail_customers: true}
      - {name: B, escalations: []}
    currency: EUR
    mttr_from: detected
    postmortem_completion: 90
    reassess_every: 20m
services:
  - {name: s, team: b, escalation_policy: p, slo: {availability: 99.95%},
     checks: [{name: c, promql: up, above: 0.5, for: 5m}]}
integrations:
  - {name: g, type: generic, key: 0123456789abcdef, service: s, timeout: 10m, mapping: {title: alert.name}}
routes:
  - {match: ['a="b"'], during: outside-business-hours, hold: nights, continue: true}
  - {match: ["c!=d"], service: s, escalation_policy: p, severity: P1, facts: {users_affected: 30%}, group_by: []}
  - {match: ["e=f"], during: {days: mon-fri, from: "09:00", to: "18:00"}, urgency: low, group_window: 1m}
default_route: {service: s, urgency: high}
postmortem_templates:
  - {name: capacity, title: More load than room, questions: ["Which queue filled up first?", "How fast?"]}
  - {name: data-loss, title: Data was lost, factors: ["How old was the copy?"], prevention: ["When was it tried?"]}
inhibitions: [{source: [a=b], target: [c=d], equal: [x, y]}]
"""


async def test_every_shape_is_the_same_when_it_is_applied_again(db: Database) -> None:
    document = load_texts({"all.yaml": EVERYTHING}, {"TOCSIN_PROMETHEUS_KEY_URL": "https://hooks.example.com/ben"})
    async with db.transaction() as tx:
        done = await apply(tx, document, BY, {})
    assert "hooks.example.com/ben" not in "\n".join(plan_lines(done))
    async with db.transaction() as tx:
        again = await apply(tx, document, BY, {})
    assert again.changes == ()


async def test_a_postmortem_template_comes_changes_and_goes(db: Database) -> None:
    people = "users: [{name: a, email: a@example.com, role: admin}]\n"
    text = people + 'postmortem_templates: [{name: capacity, title: Full, questions: ["Which queue?"]}]\n'
    assert about(await apply_to(db, text), "postmortem_templates", "capacity").action is Action.CREATED
    assert (await plan_of(db, text)).changes == ()
    changed = about(await apply_to(db, text.replace("queue", "disk")), "postmortem_templates", "capacity")
    assert (changed.action, changed.fields[0].path) == (Action.CHANGED, "questions")
    async with db.connection() as conn:
        known = await own_templates.list_known(conn)
    assert known["capacity"].questions == ("Which disk?",)
    assert known["capacity"].factors == known_templates()["capacity"].factors
    assert about(await apply_to(db, people), "postmortem_templates", "capacity").action is Action.REMOVED
    async with db.connection() as conn:
        assert await own_templates.list_known(conn) == known_templates()


async def test_a_maintenance_that_a_person_set_is_no_files_business(db: Database) -> None:
    """A service that was once worked on can go away."""
    text = "users: [{name: a, email: a@example.com, role: admin}]\nservices: [{name: attic}, {name: checkout}]\n"
    await apply_to(db, text)
    now = db.clock.now()
    async with db.transaction() as tx:
        draft = MaintenanceDraft(name="m", services=("attic",), starts_at=now, ends_at=now.replace(year=2030))
        await maintenances.add_maintenance(tx, draft, "@alice")
    assert (await plan_of(db, text)).changes == ()
    gone = await apply_to(db, text.replace("{name: attic}, ", ""))
    assert [(change.action, change.name) for change in gone.changes] == [(Action.REMOVED, "attic")]
