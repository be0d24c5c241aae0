"""The use case of compensation: what was served within a time, and what it is worth by the organisation's rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from tocsin.accounts.model import Permission, Role, Team, Viewer
from tocsin.insights.compensation import rows_of, total_of
from tocsin.insights.load import records_of
from tocsin.insights.model import Asked, Pay
from tocsin.insights.period import read_period
from tocsin.insights.service import load_facts, load_known, people_of_team
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Refused
from tocsin.kernel.localtime import zone_of


async def read_pay(conn: Conn, viewer: Viewer, asked: Asked, now: datetime) -> Pay:
    """Of everybody whose pay the viewer may read. Raises Refused when the file says nothing of compensation, NotFound
    for an unknown team, Invalid for a time that is none."""
    known = await load_known(conn, now)
    rules = known.organisation.compensation
    if rules is None:
        raise Refused(
            "The organisation has no rules of compensation.",
            "Write organisation.compensation in the configuration, then: tocsin plan, tocsin apply.",
        )
    period = read_period(asked.month, asked.first, asked.last, now, zone_of(known.organisation.time_zone))
    people = may_read_pay(viewer, known.teams, known.users) & people_of_team(known, asked.team)
    until = max(period.since, min(now, period.until))
    facts = await load_facts(conn, viewer, known, period, people)
    served = records_of(facts, period.since, until, now)
    rows = [row for user, records in served.items() for row in rows_of(user, records, rules)]
    return Pay(
        period=period,
        until=until,
        currency=rules.currency,
        rows=tuple(rows),
        total=total_of(rows),
        names={user: known.users[user].display_name for user in served},
    )


def may_read_pay(viewer: Viewer, teams: Sequence[Team], users: Collection[str]) -> frozenset[str]:
    """Whose pay somebody may read: a manager everybody's, a lead that of their teams, anybody their own."""
    if viewer.role.rank >= Role.MANAGER.rank:
        return frozenset(users)
    own = {viewer.name} & set(users)
    if viewer.may(Permission.SCHEDULE):
        own |= {name for team in teams if viewer.name in team.leads for name in team.members}
    return frozenset(own)
