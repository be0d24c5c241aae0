"""A plan says what its document would break in the coming weeks, where it says so, and counts what is broken anyway."""

from tests.stores.config.test_apply import apply_to, plan_of
from tocsin.config.render import plan_lines
from tocsin.db.database import Database

TEXT = """organisation: {name: Example, time_zone: Europe/Berlin}
users:
  - {name: ann, role: admin, email: ann@example.com}
  - {name: ben, email: ben@example.com}
  - {name: cleo, email: cleo@example.com}
schedules:
  - name: primary
    layers: [{name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [ann, ben, cleo]}]
  - name: secondary
    layers: [{name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [ben, cleo, ann]}]
    overrides:
      - {user: cleo, from: 2026-04-06T10:00, to: 2026-04-06T12:00}
escalation_policies:
  - {name: payments, steps: [{notify: ["schedule:primary"], wait: 5m}, {notify: ["schedule:secondary"], wait: 5m}]}
"""


async def test_a_sound_document_breaks_nothing(db: Database) -> None:
    assert (await plan_of(db, TEXT)).breakage == ()


async def test_what_a_document_breaks_is_named_with_its_place_and_then_counted(db: Database) -> None:
    twice = TEXT.replace("users: [ben, cleo, ann]", "users: [ann, cleo, ben]")
    found = await plan_of(db, twice)
    assert {(each.rule, each.is_new, each.is_silent) for each in found.breakage} == {("double", True, False)}
    assert {(each.file, each.line, each.path) for each in found.breakage} == {("tocsin.yaml", 7, "schedules[0]")}
    lines = plan_lines(found)
    assert "On-call does not hold:" in lines
    assert any(
        line.startswith("  ! tocsin.yaml:7 schedules[0]: after this, ann is on call in primary") for line in lines
    )
    await apply_to(db, twice)
    again = await plan_of(db, twice)
    assert again.breakage
    assert not any(each.is_new for each in again.breakage)
    assert f"  {len(again.breakage)} more are as before: tocsin oncall check" in plan_lines(again)
    assert (await plan_of(db, TEXT)).breakage == ()


async def test_an_override_for_somebody_of_another_team_is_found_at_its_line(db: Database) -> None:
    teams = "teams: [{name: payments, members: [ann, ben]}]\nschedules:"
    text = TEXT.replace("schedules:", teams, 1).replace("name: secondary", "name: secondary\n    team: payments")
    text = text.replace("users: [ben, cleo, ann]", "users: [ben, ann]")
    found = [each for each in (await plan_of(db, text)).breakage if each.rule == "override"]
    assert [(each.line, each.path, each.people) for each in found] == [(14, "schedules[1].overrides[0]", ("cleo",))]


async def test_silence_and_limits_of_the_document_count_at_once(db: Database) -> None:
    office = TEXT.replace(
        "starts: 2026-01-05, users: [ann, ben, cleo]}", "starts: 2026-01-05, ends: 2026-03-20, users: [ann]}"
    )
    found = [each for each in (await plan_of(db, office)).breakage if each.is_silent]
    assert [(each.rule, each.schedule) for each in found] == [("gap", "primary")]
    meant = office.replace("  - name: primary\n", "  - name: primary\n    limits: {gaps: true, days_in_a_row: off}\n")
    assert not [each for each in (await plan_of(db, meant)).breakage if each.is_silent]
