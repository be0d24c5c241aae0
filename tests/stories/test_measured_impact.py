"""When an incident is over Prometheus is asked what it cost and how its services were (PMT-1, PMT-3): the draft tells
it with its source, a failure is a question, a correction asks again, and what a draft shows of before stays.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World, new_world
from tocsin.incidents import details, redacting, timeline
from tocsin.incidents import service as incidents
from tocsin.incidents.model import EntryType
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused
from tocsin.postmortems import measurements, service
from tocsin.postmortems.drawing import list_shown
from tocsin.postmortems.measurement_model import Course, Line, Said
from tocsin.postmortems.measuring_jobs import measuring_kinds
from tocsin.postmortems.saying import list_figures, say_impact

QUERIES = (
    'impact: {failed_requests: "sum(increase(bad[$window]))", users_affected: "users"}, '
    "checks: [{name: errors, promql: rate, below: 0.01}], "
)


class Numbers:
    """A Prometheus that knows failed requests and their course, and not how many users there were."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.customers = ["all"]

    async def value_at(self, promql: str, prometheus: str | None, instant: datetime) -> Said:
        self.asked.append(promql)
        return Said(1204.0) if "bad" in promql else Said(None, "There is no data")

    async def course_of(
        self, promql: str, prometheus: str | None, begin: datetime, end: datetime, step: timedelta
    ) -> Course:
        self.asked.append(promql)
        points = tuple((begin + n * step, float(n)) for n in range((end - begin) // step + 1))
        return Course(tuple(Line({"customer": name}, points) for name in self.customers))


@pytest.fixture
def prometheus() -> Numbers:
    return Numbers()


@pytest.fixture
async def world(dsn: str, clock: VirtualClock, prometheus: Numbers) -> AsyncIterator[World]:
    async with new_world(dsn, clock, kinds=measuring_kinds(prometheus)) as world:
        await world.configure(ORGANISATION.replace("{name: checkout, ", "{name: checkout, " + QUERIES))
        yield world


async def test_it_is_measured_when_it_is_over(world: World, prometheus: Numbers) -> None:
    incident = await world.declare("Nobody can pay", severity="SEV-3", services=("checkout",))
    await world.acknowledge("alice")
    await world.passes(minutes=47)
    assert prometheus.asked == []
    with pytest.raises(Refused, match="is not over"):
        async with world.db.transaction() as tx:
            await measurements.begin_again(tx, incident.id)
    await world.resolve("alice", reason="rolled back")
    await world.passes(minutes=1)
    assert prometheus.asked == ["users", "sum(increase(bad[2820s]))", "rate"]
    async with world.db.transaction() as tx:
        made = await service.draft(tx, incident.id, "@alice")
        (told,) = await list_figures(tx.conn, incident.id)
        (chart,) = await list_shown(tx.conn, made)
    assert (told.value, told.by) == ("1204", "tocsin")
    assert "Failed requests: 1 204 (source: Prometheus about checkout" in made.body
    assert "How many users were affected? Prometheus could not say it of checkout: There is no data." in made.body
    assert "/charts/3)" in made.body
    assert (chart.title, chart.query) == ("errors", "rate")
    assert "Prometheus was asked about it: failed requests 1 204; 1 chart is kept; 1 question has no answer." in [
        sentence for (sentence,) in await world.rows("SELECT sentence FROM ledger WHERE kind = 'ImpactMeasured'")
    ]
    async with world.db.transaction() as tx:
        await say_impact(tx, incident.id, {"failed_requests": "1300"}, "the log", "@alice")
        assert [each.value for each in await list_figures(tx.conn, incident.id)] == ["1300"]
        at = incident.declared_at + timedelta(minutes=30)
        await details.correct_instant(tx, incident.id, "mitigated_at", at, "@alice", "it held then")
    await world.passes(minutes=1)
    assert prometheus.asked[3:] == ["users", "sum(increase(bad[1800s]))", "rate"]
    async with world.db.connection() as conn:
        assert [each.n for each in await measurements.list_latest(conn, incident.id)] == [4, 5, 6]
        assert await list_shown(conn, made) == [chart], "what the draft shows is frozen"
    async with world.db.transaction() as tx:
        await measurements.begin_again(tx, incident.id)
        assert await measurements.is_asking(tx.conn, incident.id)
    await world.passes(minutes=1)
    assert prometheus.asked[6:] == ["users", "sum(increase(bad[1800s]))", "rate"]
    async with world.db.connection() as conn:
        assert not await measurements.is_asking(conn, incident.id)
        assert [each.n for each in await measurements.list_latest(conn, incident.id)] == [7, 8, 9]
    world.airwaves.unread.clear()


async def test_what_is_redacted_is_gone_from_what_was_measured(world: World, prometheus: Numbers) -> None:
    incident = await world.declare("Nobody can pay", severity="SEV-3", services=("checkout",))
    prometheus.customers = ["Jane Doe", "others"]
    await world.acknowledge("alice")
    async with world.db.transaction() as tx:
        await incidents.add_note(tx, incident.id, "@alice", "Jane Doe", EntryType.OBSERVATION)
    await world.resolve("alice", reason="rolled back")
    await world.passes(minutes=1)
    async with world.db.transaction() as tx:
        before = await measurements.list_latest(tx.conn, incident.id)
        assert "Jane Doe" in str(before)
        noted = next(each for each in await timeline.read_from(tx.conn, incident) if each.text == "Jane Doe")
        await redacting.redact(tx, incident, noted.id, "@alice", "names somebody")
        after = await measurements.list_latest(tx.conn, incident.id)
    assert "Jane Doe" not in str(after)
    assert [(each.n, each.value, each.chart and each.chart.labels) for each in after] == [
        (each.n, each.value, each.chart and each.chart.labels) for each in before
    ]
    world.airwaves.unread.clear()
