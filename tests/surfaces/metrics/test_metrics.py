"""`/metrics`: first who may not read it, then that the figures are right, and that the page lists them (OPS-1)."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.stories.conftest import ORGANISATION
from tests.support.world import World, new_world
from tocsin.auditor.jobs import audit_kinds
from tocsin.db.database import Database
from tocsin.kernel.asgi import Receive, Scope, Send, send_answer
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.outbound import FailureReason
from tocsin.surfaces.metrics import Metrics

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "prometheus.md"
TOKEN = "a-token-of-some-length"
TAKEN = Counter({("prometheus", 200): 7, ("webhook", 401): 1})

ABOUT_INCIDENTS = ("tocsin_incidents", "tocsin_pages", "tocsin_acknowledgements", "tocsin_escalations")

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


async def rest(scope: Scope, receive: Receive, send: Send) -> None:
    await send_answer(send, 404, [], b"the rest")


async def ask(
    db: Database, *, token: str | None = None, client: str = "127.0.0.1", headers: dict[str, str] | None = None
) -> httpx.Response:
    return await get(Metrics(db, rest, taken=lambda: TAKEN, token=token), client=client, headers=headers)


async def get(
    app: Metrics, *, client: str = "127.0.0.1", headers: dict[str, str] | None = None, method: str = "GET"
) -> httpx.Response:
    transport = httpx.ASGITransport(app, client=(client, 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as caller:
        return await caller.request(method, "/metrics", headers=headers)


def samples(answer: httpx.Response) -> Samples:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_without_a_token_only_this_machine_may_ask(db: Database) -> None:
    assert (await ask(db, client="10.1.2.3")).status_code == 403
    assert (await ask(db, client="::1")).status_code == 200
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert (await ask(db, headers={header: "127.0.0.1"})).status_code == 403, "a proxy on this machine"


async def test_with_a_token_whoever_brings_it(db: Database) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert (await ask(db, token=TOKEN, client="10.1.2.3", headers=bearer)).status_code == 200
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}, {"Authorization": "Basic x"}):
        refused = await ask(db, token=TOKEN, headers=headers)
        assert refused.status_code == 401
        assert TOKEN not in refused.text
        assert "tocsin_" not in refused.text


async def test_it_is_read_only_and_leaves_the_rest_alone(db: Database) -> None:
    app = Metrics(db, rest, taken=lambda: TAKEN)
    assert (await get(app, method="POST")).status_code == 405
    assert (await get(app, method="HEAD")).text == ""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as caller:
        assert (await caller.get("/metrics/more")).text == "the rest"


@pytest.fixture
async def world(dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    async with new_world(dsn, clock, kinds=audit_kinds([], None)) as world:
        await world.configure(ORGANISATION)
        yield world


async def kinds_of_timers(world: World) -> list[str]:
    async with world.db.connection() as conn:
        cursor = await conn.execute("select kind from job where lane = 'timers' order by kind")
        return [row[0] for row in await cursor.fetchall()]


async def test_the_figures_of_a_night(world: World) -> None:
    app = Metrics(world.db, rest, taken=lambda: TAKEN)
    await get(app)  # from here on it counts
    world.airwaves.break_down("webhook", FailureReason.REFUSED)
    await world.alert("SlowSearch", job="search", severity="critical")
    world.phone("dave").receives("page", by="email")
    await world.passes(minutes=4)
    found = samples(await get(app))
    assert found["tocsin_incidents_open", (("severity", "SEV-3"),)] == 1
    assert found["tocsin_alerts_firing", ()] == 1
    assert found["tocsin_pages_total", (("urgency", "high"),)] == 1
    sent = (("channel", "email"), ("outcome", "sent"), ("reason", ""))
    failed = (("channel", "webhook"), ("outcome", "failed"), ("reason", "refused"))
    assert found["tocsin_deliveries_total", sent] == 1
    assert found["tocsin_deliveries_total", failed] == 1
    assert found["tocsin_delivery_seconds_bucket", (("channel", "email"), ("le", "0.01"))] == 1
    assert found["tocsin_delivery_seconds_count", (("channel", "email"),)] == 1
    kinds = await kinds_of_timers(world)
    assert kinds == ["incidents.reassess", "paging.advance", "room.look"]
    assert found["tocsin_jobs", (("lane", "timers"), ("state", "waiting"))] == len(kinds)
    assert found["tocsin_ingest_requests_total", (("code", "200"), ("source", "prometheus"))] == 7
    assert found["tocsin_database_up", ()] == 1
    assert found["tocsin_workers", ()] == 1
    await world.acknowledge("dave")
    await world.passes(seconds=11)
    again = samples(await get(app))
    assert again["tocsin_acknowledgements_total", ()] == 1
    assert again["tocsin_pages_total", (("urgency", "high"),)] == 1, "nothing is counted twice"


async def test_private_incidents_are_in_no_figure_about_incidents(world: World) -> None:
    """Whoever scrapes is nobody's member; that a channel fails is seen all the same."""
    app = Metrics(world.db, rest, taken=lambda: TAKEN)
    before = samples(await get(app))
    world.airwaves.break_down("email", FailureReason.REFUSED)
    await world.declare("A key leaked", by="dave", services=("search",), severity="SEV-3", is_private=True)
    await world.passes(seconds=30)
    found = samples(await get(app))
    failed = ("tocsin_deliveries_total", (("channel", "email"), ("outcome", "failed"), ("reason", "refused")))
    assert found[failed] >= 1
    said = {key: value for key, value in found.items() if key[0].startswith(ABOUT_INCIDENTS)}
    assert said == {key: value for key, value in before.items() if key[0].startswith(ABOUT_INCIDENTS)}
    world.airwaves.mend_all()
    world.airwaves.unread.clear()


async def test_what_waits_too_long_shows_its_age(world: World) -> None:
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("alice").receives("page")
    await world.passes(minutes=1)
    world.clock.advance(timedelta(minutes=6))
    found = samples(await ask(world.db))
    assert found["tocsin_oldest_due_job_seconds", (("lane", "timers"),)] == 120
    assert found["tocsin_jobs", (("lane", "timers"), ("state", "due"))] == 2, "the next step, and a look at the room"


async def test_a_host_that_does_not_answer_shows_its_circuit(world: World) -> None:
    world.airwaves.break_down("email", FailureReason.UNREACHABLE)
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    await world.passes(minutes=4)
    found = samples(await ask(world.db))
    assert found["tocsin_endpoint_failures", (("endpoint", "email.example.com:443"),)] >= 3
    world.airwaves.mend_all()
    await world.acknowledge("alice")
    world.airwaves.unread.clear()


async def test_while_the_database_is_away_it_says_so(clock: VirtualClock) -> None:
    db = Database("host=/nowhere", clock=clock)
    found = samples(await ask(db))
    assert found["tocsin_database_up", ()] == 0
    assert found["tocsin_ingest_requests_total", (("code", "401"), ("source", "webhook"))] == 1


async def test_the_page_lists_what_is_exposed(db: Database) -> None:
    text = (await ask(db)).text
    exposed = {family.name: family.type for family in text_string_to_metric_families(text)}
    rows = re.findall(r"^\| `(tocsin_\w+)` \| (\w+) \|", PAGE.read_text(), re.MULTILINE)
    assert {name.removesuffix("_total"): kind for name, kind in rows} == exposed
