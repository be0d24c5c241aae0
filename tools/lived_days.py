"""Two days of a small organisation, lived through by the use cases themselves on a clock that runs ahead of the
machine's: what `tools.screenshots` takes pictures of.
"""

from datetime import UTC, datetime, timedelta

from tests.support.world import EVERYTHING, OF_ROOMS, World, new_world

from tocsin.accounts.service import find_viewer
from tocsin.alerts import maintenances, silences
from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.alerts.silencing import WantedSilence
from tocsin.comms import updates
from tocsin.comms.model import UpdateDraft
from tocsin.incidents import assigning, tasks
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, Status
from tocsin.incidents.roles import RoleName
from tocsin.incidents.task_model import TaskDraft
from tocsin.insights import handoff
from tocsin.insights.handoff_model import EntryDraft, EntryKind
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.matchers import parse_matcher
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft
from tocsin.oncall import changes, cover, leave, leave_store, swaps
from tocsin.oncall.absence import OF_PERSON
from tocsin.oncall.change_model import Choice, CoverDraft, Interval, LeaveDraft, SwapDraft, Touched
from tocsin.oncall.model import Part
from tocsin.oncall.overriding import OverrideDraft
from tocsin.postmortems import actions, measurements, review
from tocsin.postmortems import service as postmortems
from tocsin.postmortems.action_model import ActionDraft, Category
from tocsin.postmortems.charting import chart_of
from tocsin.postmortems.figures import Figure
from tocsin.postmortems.measurement_model import Line, Measurement, Query, Span
from tocsin.postmortems.measuring import filled, span_of, step_of, with_margin
from tocsin.postmortems.review_model import CommentDraft
from tocsin.postmortems.saying import say_impact
from tocsin.reactions import JOB_KINDS

ORGANISATION = """
organisation:
  name: Example
  time_zone: Europe/Berlin
  severity_profile: sre
  business_hours: {days: mon-fri, from: "09:00", to: "18:00"}
users:
  - {name: alice, email: alice@example.com, role: admin, senior: true, time_zone: Europe/Berlin}
  - {name: bob, email: bob@example.com, time_zone: Europe/Berlin}
  - {name: carol, email: carol@example.com, role: manager, time_zone: Europe/Berlin}
  - {name: dave, email: dave@example.com, time_zone: America/New_York}
  - {name: erin, email: erin@example.com, senior: true, time_zone: Europe/Berlin}
teams:
  - {name: payments, members: [alice, bob, dave, erin], leads: [carol]}
  - {name: platform, members: [dave, erin], leads: [carol]}
schedules:
  - name: payments-primary
    team: payments
    time_zone: Europe/Berlin
    holidays: DE-BE
    layers:
      - {name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [alice, bob, dave, erin]}
  - name: payments-secondary
    team: payments
    time_zone: Europe/Berlin
    layers:
      - {name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [dave, erin, alice, bob]}
  - name: follow-the-sun
    team: platform
    time_zone: America/New_York
    layers:
      - {name: day, rotation: daily, handover: "08:00", starts: 2026-01-05, users: [[alice, dave], [bob, dave], erin]}
  - name: platform
    team: platform
    time_zone: Europe/Berlin
    layers:
      - name: working-days
        rotation: daily
        handover: "09:00"
        starts: 2026-01-05
        users: [dave, erin]
        restrict: [{days: mon-fri, from: "07:00", to: "22:00"}]
escalation_policies:
  - name: payments
    repeat: 1
    steps:
      - {notify: ["schedule:payments-primary"], wait: 5m}
      - {notify: ["schedule:payments-secondary", "user:carol"], wait: 10m}
    last_resort: ["team:payments"]
    when:
      - {during: nights, severity: [SEV-3], hold_until: business-hours}
      - {during: weekends, steps: [{notify: [{round_robin: ["user:bob", "user:dave"]}], wait: 10m}]}
  - name: platform
    steps:
      - {notify: ["schedule:platform"], wait: 15m}
      - {notify: ["lead:platform"], wait: 30m}
services:
  - {name: checkout, team: payments, escalation_policy: payments, tier: 1, depends_on: [payments-db]}
  - {name: payments-db, team: payments, escalation_policy: payments}
  - {name: search, team: platform, escalation_policy: platform, tier: 2, depends_on: [payments-db]}
  - {name: reporting, team: platform, escalation_policy: platform, tier: 3}
integrations:
  - {name: prometheus, type: prometheus, key: "0123456789abcdef0123456789abcdef"}
routes:
  - {match: ['severity="critical"', 'job="checkout"'], service: checkout, severity: SEV-1, group_by: [alertname, job]}
  - {match: ['job="reporting"'], service: reporting, severity: SEV-3}
  - {match: ['severity="critical"'], service: payments-db, severity: SEV-2, group_by: [alertname]}
  - {match: ['job="search"'], service: search, severity: SEV-3, group_by: [alertname]}
  - {match: ['severity="info"'], drop: informational}
  - {match: ['job="batch"'], hold: "the report may be late until noon"}
  - {match: ['job="mail"'], service: search, urgency: low}
default_route: {service: checkout}
"""

TICKET = "https://tickets.example.com/PAY-77"


async def live_through(dsn: str) -> str:
    """Two days, up to this instant; answers the path of a link that acknowledges."""
    clock = VirtualClock(datetime.now(UTC) - timedelta(hours=30))
    async with new_world(dsn, clock, kinds=[kind for kind in JOB_KINDS if kind.name in OF_ROOMS]) as world:
        await world.configure(ORGANISATION)
        await _yesterday(world)
        await _this_morning(world)
        link = await _just_now(world)
        await _hand_over(world)
        await _plan_ahead(world)
        await _agree(world)
        world.airwaves.unread.clear()
    return link


async def _agree(world: World) -> None:
    """What is to change after yesterday's incident."""
    incident, today = await world.see("INC-1"), world.clock.now().date()
    async with world.db.transaction() as tx:
        for text, category, owner, days in (
            ("Page on replication lag above two minutes, by replica.", Category.DETECT, "bob", -3),
            ("Give the replica a disk of its own, so that a backup cannot slow it down.", Category.PREVENT, "alice", 9),
            ("Write the restart of a replica into the runbook.", Category.RESPOND, None, 20),
        ):
            due_on = today + timedelta(days=days)
            draft = ActionDraft(text=text, category=category, owner=owner, due_on=due_on)
            await actions.add_item(tx, incident.id, draft, "@alice")
        await actions.finish_item(tx, incident.id, 3, "@carol")


async def _until(world: World, before_now: timedelta) -> None:
    """Time passes to that long before the machine's own time."""
    await world.passes(seconds=(datetime.now(UTC) - before_now - world.clock.now()).total_seconds())


async def _yesterday(world: World) -> None:
    await world.alert("ReplicaCannotBeReached", severity="critical", instance="payments-db-2")
    await world.passes(minutes=2, seconds=10)
    await world.acknowledge("alice", "INC-1")
    await _write(world, "alice", "INC-1", "action", "restarted the replica, it catches up")
    await world.passes(minutes=36)
    await world.clears("ReplicaCannotBeReached", severity="critical", instance="payments-db-2")
    await _until(world, timedelta(hours=22))
    await world.resolve("alice", "INC-1", "the replica follows again")
    await _learn(world)


async def _learn(world: World) -> None:
    """The postmortem of yesterday's incident is drafted and in review."""
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await measurements.record(tx, incident.id, _measured(incident, tx.now))
        await say_impact(tx, incident.id, {"support_tickets": "14"}, "the help desk", "@carol")
        await postmortems.draft(tx, incident.id, "@alice")
        await postmortems.assign_owner(tx, incident.id, "alice", "@alice")
        await review.ask_for_review(tx, incident.id, ["bob"], "@alice")
        await review.comment(tx, incident.id, CommentDraft("What did customers see of it?"), "@bob")


def _measured(incident: Incident, now: datetime) -> list[Measurement]:
    """As a Prometheus would say it: the replica falls behind, and follows again."""
    queries = (
        Query(service="payments-db", promql="sum(increase(reads_failed_total[$window]))", prometheus=None),
        Query(
            service="payments-db",
            promql="max(replica_lag_seconds)",
            prometheus=None,
            title="replica lag",
            bound=30,
            bound_words="below is good",
        ),
    )
    span = span_of(incident)
    assert span is not None
    shown = with_margin(span, now)
    step = step_of(shown)
    points = tuple((shown.begins_at + n * step, _lag(shown.begins_at + n * step, span)) for n in range(49))
    about = {"begins_at": span.begins_at, "ends_at": span.ends_at, "measured_at": now, "service": "payments-db"}
    figure = Measurement(
        n=1,
        figure=Figure.FAILED_REQUESTS,
        title="",
        query=filled(queries[0].promql, span),
        value=1204.0,
        **about,
    )
    chart = chart_of(queries[1], [Line({}, points)], shown, span, step)
    about |= {"begins_at": shown.begins_at, "ends_at": shown.ends_at}
    return [figure, Measurement(n=2, figure=None, title="replica lag", query=queries[1].promql, chart=chart, **about)]


def _lag(at: datetime, span: Span) -> float:
    share = (at - span.begins_at) / (span.ends_at - span.begins_at)
    return 2.0 + 0.5 * (at.minute % 3) + (90 * share * (1.1 - share) * 4 if 0 < share < 1.05 else 0)


async def _this_morning(world: World) -> None:
    await _until(world, timedelta(hours=2, minutes=40))
    await _silence(world, "bob", "moving the replica to the new rack, DB-1234", 'instance="payments-db-2"', hours=6)
    await _silence(world, "carol", "load test of the new checkout", 'job="loadtest"', hours=30, begins_in=20)
    await _maintain(world, "bob", "reporting", "new storage, DB-1240", lasts=5)
    await _maintain(world, "carol", "search", "rebuild the index", begins_in=26, lasts=2, repeat="FREQ=WEEKLY")
    await world.alert("ReportsAreMissing", severity="critical", job="reporting")
    await world.alert("ReplicaCannotBeReached", severity="critical", instance="payments-db-2")
    await world.alert("NightlyReportIsLate", job="batch", severity="warning")
    await world.alert("MailQueueGrows", job="mail", severity="warning", instance="mx-1")
    await _until(world, timedelta(hours=2, minutes=12))
    await world.alert("SearchIsSlow", job="search", severity="warning", quantile="0.99")
    await world.alert("CertificateRenewed", severity="info", instance="api.example.com")
    await world.passes(minutes=4)
    await world.acknowledge("bob", "INC-3")
    await _move(world, "bob", "INC-3", Status.INVESTIGATING, "")
    await _write(world, "bob", "INC-3", "observation", "only queries with more than three filters are slow")


async def _just_now(world: World) -> str:
    await _until(world, timedelta(minutes=16))
    for instance in ("web-1", "web-2", "web-3"):
        await world.alert("CheckoutAnswers5xx", job="checkout", severity="critical", instance=instance)
    await world.passes(minutes=2, seconds=40)
    await world.acknowledge("alice", "INC-4", via="link")
    await _move(world, "alice", "INC-4", Status.INVESTIGATING, "")
    await world.passes(minutes=1)
    await _write(world, "alice", "INC-4", "observation", "8 % of payments fail since 14:18, all regions alike")
    await world.passes(minutes=2)
    await _write(world, "bob", "INC-4", "observation", "v2.3.1 went out at 14:17, nothing else has changed")
    await world.passes(seconds=50)
    await _write(world, "alice", "INC-4", "decision", "roll back to v2.3.0 now, look for the cause afterwards")
    await _share_the_work(world, "INC-4")
    await world.passes(minutes=3)
    await _write(world, "bob", "INC-4", "action", "rollback runs: 9 of 12 nodes")
    await world.learns("alice", "INC-4", users_affected="30%", sla_at_risk="maybe")
    await world.clears("CheckoutAnswers5xx", job="checkout", severity="critical", instance="web-2")
    await _move(world, "alice", "INC-4", Status.IDENTIFIED, "the new client opens a connection for each payment")
    await _until(world, timedelta(minutes=2, seconds=20))
    world.airwaves.unread.clear()
    await world.alert("PaymentsDbIsAlmostFull", severity="critical", instance="payments-db-1")
    page = next(message for message in world.airwaves.unread if message.delivery.ack_url)
    await _until(world, timedelta(0))
    return "/ack/" + (page.delivery.ack_url or "").rpartition("/")[2]


async def _share_the_work(world: World, ref: str) -> None:
    """Roles, a mitigation, tasks, and the first update."""
    incident = await world.see(ref)
    async with world.db.transaction() as tx:
        await assigning.assign(tx, incident.id, RoleName.TECH_LEAD, "bob", "@alice")
        await assigning.assign(tx, incident.id, RoleName.COMMUNICATIONS_LEAD, "carol", "@alice")
        rollback = MitigationDraft(what="roll back to v2.3.0", strategy="rollback", way_back="deploy v2.3.1 again")
        await mitigation.begin(tx, incident.id, rollback, "@bob")
        await tasks.add_task(tx, incident.id, TaskDraft("ask the provider about declined cards", "erin"), "@alice")
        await tasks.add_task(tx, incident.id, TaskDraft("compare connections before and after v2.3.1", None), "@bob")
    async with world.db.transaction() as tx:
        said = UpdateDraft(
            text="8 % of payments fail; v2.3.1 is suspected.",
            under_way=("rolling back to v2.3.0",),
            planned=("look for the cause once payments go through",),
        )
        await updates.post_update(tx, incident.id, said, "@carol")


async def _hand_over(world: World) -> None:
    """Whoever hands over this week has begun to write it down."""
    soon = world.clock.now() + timedelta(days=2)
    entries = (
        EntryDraft(kind=EntryKind.ISSUE, text="Exports take an hour longer since 2.3", owner="erin", link=TICKET),
        EntryDraft(kind=EntryKind.WATCH, text="Connections of the new client on payments-db"),
        EntryDraft(kind=EntryKind.UPCOMING, text="Winter sale, three times the usual traffic", at=soon),
        EntryDraft(kind=EntryKind.CONTACT, text="Security desk", phone="+49 30 1234 77"),
    )
    async with world.db.transaction() as tx:
        carol = await find_viewer(tx.conn, world.people["carol"])
        assert carol is not None
        for entry in entries:
            await handoff.add_entry(tx, "payments-primary", entry, carol)
        note = "The rollback of 2.3.1 holds.\nAsk Erin before touching the exports."
        await handoff.write_note(tx, "payments-primary", note, carol)


async def _plan_ahead(world: World) -> None:
    """Somebody takes over, somebody learns, somebody is away."""
    day = timedelta(days=1)
    async with world.db.transaction() as tx:
        carol = await find_viewer(tx.conn, world.people["carol"])
        assert carol is not None
        evening = tx.now.replace(hour=17, minute=0, second=0, microsecond=0)
        concert = OverrideDraft(
            schedule="payments-primary",
            user="alice",
            starts_at=evening + 3 * day,
            ends_at=evening + 4 * day,
            reason="dave is at a concert",
        )
        learning = OverrideDraft(
            schedule="payments-primary",
            user="carol",
            starts_at=evening + 2 * day,
            ends_at=evening + 5 * day,
            part=Part.SHADOW,
            reason="learns the service",
        )
        for draft in (concert, learning):
            await changes.add_override(tx, carol, draft, "agreed in the team")
        away = LeaveDraft(user="erin", starts_at=evening + 6 * day, ends_at=evening + 10 * day, reason="a wedding")
        await leave_store.insert_leave(tx.conn, away, OF_PERSON, "@erin", tx.now)
        ahead = Interval(tx.now + 8 * day, tx.now + 60 * day)
        mine, theirs = [
            next(
                shift
                for shift in await leave.shifts_within(tx.conn, name, ahead)
                if shift.schedule == "payments-primary"
            )
            for name in ("alice", "bob")
        ]
        swap = SwapDraft(
            schedule="payments-primary",
            giver="bob",
            taker="alice",
            gives=_whole(theirs),
            takes=_whole(mine),
            reason="a fair",
        )
        await swaps.propose_swap(tx, carol, swap)
        first = (await leave.shifts_within(tx.conn, "erin", ahead))[0]
        asked = CoverDraft(schedule=first.schedule, user="erin", shift=_whole(first), reason="a wedding")
        await cover.ask_cover(tx, carol, asked)


def _whole(shift: Touched) -> Choice:
    return Choice(starts_at=shift.starts_at, ends_at=shift.ends_at)


async def _silence(world: World, name: str, why: str, matcher: str, *, hours: float, begins_in: float = 0) -> None:
    async with world.db.transaction() as tx:
        wanted = WantedSilence(
            matchers=(parse_matcher(matcher),),
            starts_at=tx.now + timedelta(hours=begins_in),
            ends_at=tx.now + timedelta(hours=begins_in + hours),
            created_by=f"@{name}",
            comment=why,
        )
        await silences.set_silence(tx, wanted)


async def _maintain(
    world: World, name: str, service: str, why: str, *, lasts: float, begins_in: float = 0, repeat: str | None = None
) -> None:
    async with world.db.transaction() as tx:
        starts_at = tx.now + timedelta(hours=begins_in)
        draft = MaintenanceDraft(
            name=f"{service}-work",
            services=(service,),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=lasts),
            reason=why,
            time_zone="Europe/Berlin",
            repeat=repeat,
        )
        await maintenances.add_maintenance(tx, draft, f"@{name}")


async def _write(world: World, name: str, ref: str, kind: str, text: str) -> None:
    incident = await world.see(ref)
    async with world.db.transaction() as tx:
        await incidents.add_note(tx, incident.id, f"@{name}", text, kind)


async def _move(world: World, name: str, ref: str, status: Status, why: str) -> None:
    incident = await world.see(ref)
    async with world.db.transaction() as tx:
        await incidents.change_status(tx, incident.id, status, f"@{name}", why)
