"""Every story begins on a Monday at 03:00 UTC in a configured organisation: `world`. Two schedules, two steps, one
round more, the team as the last resort.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.kernel.clock import VirtualClock

ORGANISATION = """
organisation: {name: Example, time_zone: UTC, severity_profile: sre}
users:
  - {name: root, email: root@example.com, role: admin}
  - {name: alice, email: alice@example.com}
  - {name: bob, email: bob@example.com}
  - {name: carol, email: carol@example.com, role: manager}
  - name: dave
    email: dave@example.com
    contacts: [{email: dave@example.com}, {webhook: "https://hooks.example.com/dave"}]
    notify: {high: [{email: 0m}, {webhook: 3m}], low: [{email: 0m}]}
teams:
  - {name: payments, members: [alice, bob], leads: [carol]}
schedules:
  - name: primary
    team: payments
    time_zone: UTC
    layers: [{name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [alice]}]
  - name: secondary
    team: payments
    time_zone: UTC
    layers: [{name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [bob]}]
  - name: nobody
    team: payments
    time_zone: UTC
    layers:
      - {name: week, rotation: weekly, handover: "Monday 09:00", starts: 2030-01-07, users: [bob]}
escalation_policies:
  - name: payments
    repeat: 1
    steps:
      - {notify: ["schedule:primary"], wait: 5m}
      - {notify: ["schedule:secondary", "lead:payments"], wait: 10m}
    last_resort: ["team:payments"]
  - name: empty
    steps:
      - {notify: ["schedule:nobody"], wait: 5m}
    last_resort: ["user:carol"]
  - name: deserted
    steps:
      - {notify: ["schedule:nobody"], wait: 5m}
  - name: dave-first
    steps:
      - {notify: ["user:dave"], wait: 30m}
      - {notify: ["user:alice"], wait: 10m}
services:
  - {name: checkout, team: payments, escalation_policy: payments}
  - {name: batch, team: payments, escalation_policy: empty}
  - {name: attic, team: payments, escalation_policy: deserted}
  - {name: search, team: payments, escalation_policy: dave-first}
integrations:
  - {name: prometheus, type: prometheus, key: "0123456789abcdef0123456789abcdef"}
routes:
  - {match: ['job="checkout"', 'severity="critical"'], service: checkout, severity: SEV-2, group_by: [alertname, job]}
  - {match: ['job="checkout"'], service: checkout, severity: SEV-3, group_by: [alertname, job]}
  - {match: ['job="batch"'], service: batch, severity: SEV-3}
  - {match: ['job="attic"'], service: attic, severity: SEV-3}
  - {match: ['job="search"'], service: search, severity: SEV-3}
  - {match: ['job="graded"'], service: checkout, facts: {users_affected: "35%"}}
default_route: {service: checkout}
"""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ORGANISATION) as world:
        yield world
