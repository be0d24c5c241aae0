"""Escalation under random events in virtual time: whatever happens in whatever order, REL-3 holds after every step.

Every open incident has a next timer, a message under way, an acknowledgement, or is at its end and has said so; what
is answered or over calls nobody.
"""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused
from tocsin.kernel.outbound import FailureReason

OPEN_AND_FORGOTTEN = """
    select i.number, i.status, run.state from incident i
    left join lateral (select * from escalation_run r where r.incident_id = i.id order by r.id desc limit 1) run on true
    where i.status not in ('resolved', 'closed')
      and not exists (select from job where key in (
          'escalation:' || run.id || ':' || run.armed, 'incident-quiet:' || i.id))
      and not exists (select from delivery d where d.topic = 'incident/' || i.id and d.state in ('waiting', 'sending'))
      and run.state is distinct from 'acknowledged'
      and not exists (select from maintenance_hold h join job on job.key = 'paging.maintenance:' || h.incident_id
          where h.incident_id = i.id and job.run_at <= h.until)
      and not (run.state = 'exhausted' and exists (
          select from ledger l where l.topic = 'incident/' || i.id and l.kind = 'EscalationExhausted'))
      and not (run.state = 'told' and exists (
          select from ledger l where l.topic = 'incident/' || i.id and l.kind = 'PersonPaged'))
"""

RUNS_WITHOUT_A_TIMER = """
    select r.id from escalation_run r
    where r.state = 'running' and not exists (
        select from job where key = 'escalation:' || r.id || ':' || r.armed and run_at = r.next_at)
"""

TIMERS_WITHOUT_A_RUN = """
    select job.key from job where kind = 'paging.advance' and not exists (
        select from escalation_run r where r.state = 'running' and job.key = 'escalation:' || r.id || ':' || r.armed)
"""

CALLS_THAT_NOBODY_WANTS = """
    select i.number, d.state, run.state from delivery d join incident i on d.topic = 'incident/' || i.id
    join lateral (select * from escalation_run r where r.incident_id = i.id order by r.id desc limit 1) run on true
    where d.purpose = 'page' and d.state in ('waiting', 'sending') and d.superseded is null
      and (i.status in ('resolved', 'closed') or run.state in ('acknowledged', 'stopped') and not exists (
          select from page p where d.cause = 'page/' || p.id and p.state = 'open' and p.step = -2))
"""

OPEN_PAGES_OF_WHAT_IS_OVER = """
    select i.number from page p join incident i on i.id = p.incident_id
    where p.state = 'open' and i.status in ('resolved', 'closed')
"""

PAGES_THAT_WERE_NEVER_SENT_OR_EXPLAINED = """
    select p.id from page p where not exists (
        select from delivery d where d.cause = 'page/' || p.id)
"""

QUIET_FOR_EVER = """
    select r.id from escalation_run r join incident i on i.id = r.incident_id
    where r.snoozed_until is not null and i.status not in ('resolved', 'closed')
      and not exists (select from escalation_run later where later.incident_id = r.incident_id and later.id > r.id)
      and not exists (select from job where key = 'snooze:' || r.id)
"""

TWO_CALLS_FOR_ONE = """
    select incident_id, user_name from page where state = 'open' group by run_id, incident_id, round, step, user_name
    having count(*) > 1
"""

TAKEN_AND_NEVER_LOOKED_AT = """
    select i.number from incident i
    join lateral (select * from escalation_run r where r.incident_id = i.id order by r.id desc limit 1) run on true
    where i.status not in ('resolved', 'closed') and run.state = 'acknowledged'
      and not exists (select from job where key = 'ack-timeout:' || i.id)
"""

HELD_AGAINST_THE_RULE = """
    select i.number, i.severity from incident i join escalation_run r on r.incident_id = i.id
    where r.state = 'running' and r.step = -3 and (
        i.severity is null or i.severity = 'SEV-1' or not starts_with(r.chosen, 'held until ')
        or exists (select from page p where p.run_id = r.id and p.step <> -2))
"""

TOLD_OF_WHAT_IS_OVER = """
    select job.key from job join incident i on i.id = (job.payload ->> 'incident_id')::bigint
    where job.kind in ('paging.beside', 'paging.ack_timeout') and i.status in ('resolved', 'closed')
"""

INVARIANTS = (
    OPEN_AND_FORGOTTEN,
    RUNS_WITHOUT_A_TIMER,
    TIMERS_WITHOUT_A_RUN,
    CALLS_THAT_NOBODY_WANTS,
    OPEN_PAGES_OF_WHAT_IS_OVER,
    PAGES_THAT_WERE_NEVER_SENT_OR_EXPLAINED,
    QUIET_FOR_EVER,
    TWO_CALLS_FOR_ONE,
    TAKEN_AND_NEVER_LOOKED_AT,
    HELD_AGAINST_THE_RULE,
    TOLD_OF_WHAT_IS_OVER,
)
WHAT_IS_BROKEN = " union all ".join(
    f"select {number}, to_jsonb(found) from ({statement}) found" for number, statement in enumerate(INVARIANTS)
)
"""All at once, since it is asked after every step."""

WHEN = """
    when:
      - {during: outside-business-hours, severity: [SEV-3], hold_until: business-hours}
      - {during: nights, severity: [SEV-2], steps: [{notify: [{round_robin: ["user:alice", "user:carol"]}], wait: 7m}]}
      - {severity: [SEV-4], policy: dave-first}
    last_resort: ["team:payments"]
"""
OWN = """
severity_profiles:
  - name: ours
    based_on: sre
    levels:
      - {name: SEV-1, ack_timeout: 10m, escalations: [{tell: "group:executives", after: 20m, since: impact}]}
      - {name: SEV-2, escalations: [{tell: "lead:", after: 10m}]}
      - {name: SEV-3}
      - {name: SEV-4, page: ticket}
groups:
  - {name: executives, members: [carol, dave]}
services:
"""
HOURS = 'severity_profile: ours, business_hours: {days: mon-fri, from: "09:00", to: "18:00"}}'
WIDE = (
    ORGANISATION.replace("severity_profile: sre}", HOURS)
    .replace('\n    last_resort: ["team:payments"]\n', WHEN, 1)
    .replace("\nservices:\n", OWN, 1)
)
"""Every kind of beginning: at once, held, by another ladder, in turn, by another policy, with rules beside."""

JOBS = st.sampled_from(["checkout", "batch", "attic", "search", "elsewhere"])
SERVICES = st.sampled_from(["checkout", "batch", "search"])
SEVERITIES = st.sampled_from(["critical", "warning"])
LEVELS = st.sampled_from(["SEV-1", "SEV-2", "SEV-3", "SEV-4"])
NAMES = st.sampled_from(["Slow", "Down"])
PEOPLE = st.sampled_from(["alice", "bob", "carol", "dave"])


class Escalation(RuleBasedStateMachine):
    """One organisation, its alerts, its people and their devices."""

    server: Server

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.opening = configured_world(self.server, VirtualClock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC)), WIDE)
        self.world: World = self.run(self.opening.__aenter__())

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(coroutine)

    def incidents(self) -> list[str]:
        """There is always one: it burns from the beginning."""
        return [f"INC-{number}" for (number,) in self.run(self.world.rows("select number from incident order by 1"))]

    @rule(name=NAMES, job=JOBS, severity=SEVERITIES)
    def fires(self, name: str, job: str, severity: str) -> None:
        self.run(self.world.alert(name, job=job, severity=severity))

    @rule(name=NAMES, job=JOBS, severity=SEVERITIES)
    def clears(self, name: str, job: str, severity: str) -> None:
        self.run(self.world.clears(name, job=job, severity=severity))

    @initialize()
    def something_burns(self) -> None:
        self.fires("Down", "checkout", "critical")

    @rule(level=st.one_of(st.none(), LEVELS), service=SERVICES)
    def is_declared(self, level: str | None, service: str) -> None:
        self.run(self.world.declare("Something is wrong", severity=level, services=(service,)))

    @rule(level=LEVELS, by=PEOPLE, data=st.data())
    def is_graded_anew(self, level: str, by: str, data: st.DataObject) -> None:
        self._unless_refused(self.world.grade(by, level, data.draw(st.sampled_from(self.incidents()))))

    @rule(by=PEOPLE, data=st.data())
    def works(self, by: str, data: st.DataObject) -> None:
        self.run(self.world.works(by, data.draw(st.sampled_from(self.incidents()))))

    @rule(minutes=st.sampled_from([1, 5, 16, 45, 240]))
    def passes(self, minutes: int) -> None:
        self.run(self.world.passes(minutes=minutes))

    @rule(by=PEOPLE, data=st.data())
    def acknowledges(self, by: str, data: st.DataObject) -> None:
        self._unless_refused(self.world.acknowledge(by, data.draw(st.sampled_from(self.incidents()))))

    @rule(by=PEOPLE, data=st.data())
    def resolves(self, by: str, data: st.DataObject) -> None:
        self._unless_refused(self.world.resolve(by, data.draw(st.sampled_from(self.incidents())), "done"))

    @rule(by=PEOPLE, data=st.data())
    def reopens(self, by: str, data: st.DataObject) -> None:
        self._unless_refused(self.world.reopen(by, "not over", data.draw(st.sampled_from(self.incidents()))))

    @rule(by=PEOPLE, data=st.data())
    def declines(self, by: str, data: st.DataObject) -> None:
        self._unless_refused(self.world.decline(by, "not me", data.draw(st.sampled_from(self.incidents()))))

    @rule(by=PEOPLE, data=st.data())
    def escalates(self, by: str, data: st.DataObject) -> None:
        self._unless_refused(self.world.escalate(by, "not mine", data.draw(st.sampled_from(self.incidents()))))

    @rule(by=PEOPLE, minutes=st.sampled_from([5, 30]), data=st.data())
    def wants_quiet(self, by: str, minutes: int, data: st.DataObject) -> None:
        self._unless_refused(self.world.snooze(by, minutes, "later", data.draw(st.sampled_from(self.incidents()))))

    @rule(by=PEOPLE, to=st.one_of(PEOPLE, st.sampled_from(["schedule:primary", "team:payments"])), data=st.data())
    def hands_over(self, by: str, to: str, data: st.DataObject) -> None:
        self._unless_refused(self.world.reassign(by, to, "yours", data.draw(st.sampled_from(self.incidents()))))

    @rule(by=PEOPLE, who=PEOPLE, data=st.data())
    def asks_for_help(self, by: str, who: str, data: st.DataObject) -> None:
        ref = data.draw(st.sampled_from(self.incidents()))
        self._unless_refused(self.world.add_responders(by, who, reason="two heads", ref=ref))

    @rule(service=SERVICES, minutes=st.sampled_from([4, 30]))
    def is_worked_on(self, service: str, minutes: int) -> None:
        self.run(self.world.work_on(service, minutes=minutes))

    @rule(who=st.sampled_from(["bob", "dave"]))
    def is_disabled(self, who: str) -> None:
        self.run(self.world.disable(who))

    @rule()
    def applies_the_configuration_again(self) -> None:
        self.run(self.world.configure(WIDE))

    @rule(kind=st.sampled_from(["email", "webhook"]), reason=st.sampled_from(["refused", "unreachable"]))
    def breaks_down(self, kind: str, reason: str) -> None:
        self.world.airwaves.break_down(kind, FailureReason(reason))

    @rule()
    def is_mended(self) -> None:
        self.world.airwaves.mend_all()

    def _unless_refused(self, deed: Coroutine[Any, Any, Any]) -> None:
        try:
            self.run(deed)
        except Refused:
            return

    @invariant()
    def nothing_is_forgotten(self) -> None:
        broken = self.run(self.world.rows(WHAT_IS_BROKEN))
        assert not broken, "\n".join(f"{row} by{INVARIANTS[number]}" for number, row in broken)
        assert self.run(self.world.audit()) == []
        self.world.airwaves.unread.clear()

    def teardown(self) -> None:
        self.world.airwaves.unread.clear()
        self.run(self.opening.__aexit__(None, None, None))
        self.runner.close()


def test_nothing_is_ever_forgotten(postgres_server: Server) -> None:
    class OnThisServer(Escalation):
        server = postgres_server

    run_state_machine_as_test(
        OnThisServer,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=(Phase.generate,),  # an example takes a second: what fails is told as it was found
            suppress_health_check=list(HealthCheck),
        ),
    )
