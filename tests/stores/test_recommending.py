"""The incidents behind figures and what patterns are told from, read from real rows, for one viewer alone."""

from __future__ import annotations

from datetime import timedelta

from tests.stores.test_metrics import BERLIN, SINCE, WHOLE, fill, rows_of
from tocsin.accounts.model import Role, Viewer
from tocsin.db.database import Database
from tocsin.insights.drill import list_incidents
from tocsin.insights.episode_store import list_episodes
from tocsin.insights.metric_definitions import INCIDENTS
from tocsin.insights.metrics import metrics
from tocsin.kernel.clock import VirtualClock

VERA = Viewer(user_id=1, name="vera", role=Role.VIEWER, scopes=(1,))


async def test_the_list_has_what_is_counted_and_nothing_of_others(db: Database, clock: VirtualClock) -> None:
    rows = rows_of(seed=5)
    async with db.connection() as conn:
        await fill(conn, rows)
        listed = await list_incidents(conn, VERA.scopes, WHOLE, BERLIN)
        found = await metrics(conn, VERA, WHOLE, clock.now())
    (counted,) = [each.n for each in found.figures if each.measure == INCIDENTS]
    assert len(listed) == counted
    known = {row.number: row for row in rows}
    assert {known[each.number].scope_id for each in listed} == {1}
    assert not [each for each in listed if known[each.number].is_drill or known[each.number].merged_into]
    for each in listed:
        assert each.services == tuple(sorted(known[each.number].services))
        assert each.instants.started_at == known[each.number].started_at


async def test_verdicts_and_turns_of_command(db: Database) -> None:
    rows = rows_of(seed=6, size=60)
    async with db.connection() as conn:
        await fill(conn, rows)
        listed = await list_incidents(conn, VERA.scopes, WHOLE, BERLIN)
        number = listed[0].number
        cursor = await conn.execute("SELECT id FROM app_user ORDER BY id LIMIT 2")
        one, other = [user for (user,) in await cursor.fetchall()]
        for hours, user in ((0, one), (1, other), (2, other), (3, one)):
            await conn.execute(
                "INSERT INTO incident_role (incident_id, role, user_id, state, since, until) "
                "SELECT id, 'commander', %s, 'released', %s, %s FROM incident WHERE number = %s",
                (user, SINCE + timedelta(hours=hours), SINCE + timedelta(hours=hours + 1), number),
            )
        episodes = {each.incident.number: each for each in await list_episodes(conn, listed)}
    known = {row.number: row for row in rows}
    assert episodes.keys() == {each.number for each in listed}
    for each in episodes.values():
        said = [page.actionable for page in known[each.incident.number].pages if page.actionable is not None]
        assert (each.actionable, each.judged) == (sum(said), len(said))
    assert episodes[number].handovers == (SINCE + timedelta(hours=1), SINCE + timedelta(hours=3))
