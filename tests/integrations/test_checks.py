"""Every kind of check against something real at the other end (RES-1, SEC-4): a little server, PostgreSQL, a program,
Debian's Prometheus. A check that cannot be looked at fails, and says in a sentence why."""

import asyncio
import math
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from tests.support.patience import PATIENCE
from tests.support.programs import eventually, free_port, running
from tests.support.sinks import Behaviour, HttpRequest, HttpSink, answers, floods, silent
from tocsin.catalog.checks import (
    Baseline,
    Better,
    Bounds,
    Check,
    CommandCheck,
    HttpCheck,
    PromqlCheck,
    SqlCheck,
    TcpCheck,
    kind_of,
)
from tocsin.integrations.checks.promql.measure import PromqlMeasure
from tocsin.integrations.checks.registry import open_executors
from tocsin.kernel.addresses import AddressGuard, parse_network_list
from tocsin.kernel.http import GuardedHttp
from tocsin.settings import Settings
from tocsin.verification.jobs import look_at_all
from tocsin.verification.model import Finding, Occasion, Wanted
from tocsin.verification.ports import Executors

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NEAR = "127.0.0.0/8"


@pytest.fixture(params=[True])
async def executors(request: pytest.FixtureRequest) -> AsyncIterator[Executors]:
    settings = Settings(data_dir=Path("/nowhere"), allowed_networks=(NEAR,), allow_commands=request.param)
    async with (
        GuardedHttp(AddressGuard(parse_network_list(NEAR))) as http,
        open_executors(settings, http) as opened,
    ):
        yield opened


async def look(executors: Executors, check: Check, *, prometheus: str | None = None, now: datetime = NOW) -> Finding:
    occasion = Occasion(now, now - timedelta(hours=1), prometheus)
    (found,) = await look_at_all(executors, [Wanted("checkout", check)], occasion)
    return found


SECRET = b"the body says hunter2"


async def test_http_by_status_text_and_time(executors: Executors) -> None:
    with HttpSink(answers(200, SECRET)) as sink:
        good = await look(executors, HttpCheck(name="a", url=f"{sink.url}/health", contains="body says"))
        assert good.is_good, good
        assert good.detail.startswith("Answered with HTTP 200 in ")
        for wrong, says in (
            (HttpCheck(name="a", url=sink.url, status=204), "HTTP 200"),
            (HttpCheck(name="a", url=sink.url, contains="all is well"), "should contain is not in its answer"),
            (HttpCheck(name="a", url=sink.url, latency_below=timedelta(microseconds=1)), "not below 0 ms"),
        ):
            found = await look(executors, wrong)
            assert not found.is_good
            assert says in found.detail
            assert "hunter2" not in found.detail
        sink.behaviour = answers(503, SECRET)
        found = await look(executors, HttpCheck(name="a", url=sink.url))
        assert (found.is_good, "HTTP 503" in found.detail, "hunter2" in found.detail) == (False, True, False)
        assert (await look(executors, HttpCheck(name="a", url=sink.url, status=503))).is_good
        sink.inbox.forget()


async def test_http_follows_redirects_through_the_guard(executors: Executors) -> None:
    with HttpSink(answers(200)) as target, HttpSink(answers(302, Location=f"{target.url}/there")) as sink:
        assert (await look(executors, HttpCheck(name="a", url=sink.url))).is_good
        assert target.inbox.take().path == "/there"
        sink.behaviour = answers(302, Location="http://169.254.169.254/latest/meta-data")
        found = await look(executors, HttpCheck(name="a", url=sink.url))
        assert not found.is_good
        assert "TOCSIN_ALLOWED_NETWORKS" in found.detail
        sink.inbox.forget()


async def test_what_never_ends_is_cut_off_and_delays_no_other(executors: Executors) -> None:
    short, long = timedelta(milliseconds=300), timedelta(minutes=1)
    with (
        HttpSink(silent()) as mute,
        HttpSink(floods(b"HTTP/1.1 200 X\r\n\r\n")) as flood,
        HttpSink(once_somebody_waits_at(mute)) as last,
    ):
        checks: list[Check] = [HttpCheck(name="last", url=last.url, timeout=long)]
        checks += [HttpCheck(name=f"a{n}", url=mute.url, timeout=short) for n in range(8)]
        checks.append(HttpCheck(name="flood", url=flood.url, contains="y", timeout=long))
        occasion = Occasion(NOW, NOW)
        first, *mutes, flooded = await look_at_all(executors, [Wanted("checkout", each) for each in checks], occasion)
        assert first.is_good, "they were looked at together"
        assert not any(each.is_good for each in (*mutes, flooded))
        assert all("0.3 s" in each.detail or "did not end" in each.detail for each in mutes)
        assert "first 1024 kB" in flooded.detail
        for sink in (mute, flood, last):
            sink.inbox.forget()


def once_somebody_waits_at(other: HttpSink) -> Behaviour:
    async def behave(request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        while not other.inbox.waiting():  # noqa: ASYNC110  it lives in another thread
            await asyncio.sleep(0.01)
        await answers(204)(request, writer)

    return behave


async def test_tcp(executors: Executors) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert (await look(executors, TcpCheck(name="a", host="127.0.0.1", port=port))).is_good
    closed = await look(executors, TcpCheck(name="a", host="127.0.0.1", port=free_port()))
    assert (closed.is_good, "connection refused" in closed.detail) == (False, True)
    blocked = await look(executors, TcpCheck(name="a", host="10.1.2.3", port=80))
    assert (blocked.is_good, "TOCSIN_ALLOWED_NETWORKS" in blocked.detail) == (False, True)


async def test_a_command_by_its_status_and_within_its_time(executors: Executors) -> None:
    assert await look(executors, CommandCheck(name="a", argv=("true",))) == Finding(True, "Ended with status 0.")
    assert await look(executors, CommandCheck(name="a", argv=("false",))) == Finding(False, "Ended with status 1.")
    missing = await look(executors, CommandCheck(name="a", argv=("no-such-program",)))
    assert "could not be started" in missing.detail
    no_shell = await look(executors, CommandCheck(name="a", argv=("test", "$HOME", "=", "$HOME; false")))
    assert not no_shell.is_good, "a shell would have read the dollar and the semicolon"


async def test_a_command_that_takes_too_long_dies_with_all_that_it_started(
    executors: Executors, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    script = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}\\n')\n"
        "time.sleep(600)\n"
    )
    check = CommandCheck(name="a", argv=(sys.executable, "-c", script), timeout=timedelta(seconds=3))
    looking = asyncio.create_task(look(executors, check))
    found = await looking
    assert not found.is_good
    assert "did not end within 3" in found.detail
    for pid in map(int, pids.read_text().split()):
        await asyncio.to_thread(eventually, f"process {pid} is gone", lambda pid=pid: is_gone(pid))


def is_gone(pid: int) -> bool:
    """Dead, or a zombie that nobody has waited for."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("executors", [False], indirect=True)
async def test_commands_are_not_run_where_the_operator_does_not_allow_them(executors: Executors) -> None:
    found = await look(executors, CommandCheck(name="a", argv=("true",)))
    assert (found.is_good, "TOCSIN_ALLOW_COMMANDS" in found.detail) == (False, True)


@pytest.fixture
def shop(dsn: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SHOP_DSN", dsn)
    return "env:SHOP_DSN"


def sql(query: str, **bounds: float) -> SqlCheck:
    return SqlCheck(name="a", query=query, dsn="env:SHOP_DSN", bounds=Bounds(**bounds))


@pytest.mark.usefixtures("shop")
async def test_one_number_of_a_database(executors: Executors) -> None:
    assert await look(executors, sql("select 41.5 + 0.5", equals=42)) == Finding(True, "It is 42, equal to 42.")
    assert await look(executors, sql("select 7", below=5)) == Finding(False, "It is 7, not below 5.")
    for query in ("select 1, 2", "select 1 union all select 2", "select 1 where false", "select null", "select 'x'"):
        found = await look(executors, sql(query, below=5))
        assert (found.is_good, "missing data fails" in found.detail) == (False, True), query


@pytest.mark.usefixtures("shop")
async def test_a_database_check_can_only_read(executors: Executors, dsn: str) -> None:
    for query in (
        "insert into vendor (name) values ('x') returning 1",
        "select 1; commit; delete from organisation",
        "commit",
        "select set_config('transaction_read_only', 'off', false)::int",
        "drop table vendor",
    ):
        found = await look(executors, sql(query, above=0))
        assert not found.is_good, query
    assert (await look(executors, sql("select count(*) from organisation", equals=1))).is_good
    assert (await look(executors, sql("select count(*) from vendor", equals=0))).is_good


@pytest.mark.usefixtures("shop")
async def test_a_statement_that_takes_too_long_is_called_off(executors: Executors) -> None:
    slow = SqlCheck(
        name="a",
        query="select 1 from pg_sleep(60)",
        dsn="env:SHOP_DSN",
        bounds=Bounds(equals=1),
        timeout=timedelta(milliseconds=300),
    )
    found = await look(executors, slow)
    assert not found.is_good
    assert "did not end within" in found.detail or "took too long" in found.detail
    others = "select count(*) from pg_stat_activity where query like '%%pg_sleep%%' and pid <> pg_backend_pid()"
    assert (await look(executors, sql(others.replace("%%", "%"), equals=0))).is_good, "it runs on in the database"


async def test_a_database_that_is_not_there_is_said_without_its_address(
    executors: Executors, monkeypatch: pytest.MonkeyPatch
) -> None:
    unset = await look(executors, sql("select 1", equals=1))
    assert "SHOP_DSN is not set where the worker runs" in unset.detail
    for dsn in (
        f"postgresql://shop:hunter2@127.0.0.1:{free_port()}/shop",
        "postgresql://shop:hunter2@169.254.169.254/shop",
        "postgresql://shop:hunter2@a,b/shop",
        "no dsn at all hunter2",
    ):
        monkeypatch.setenv("SHOP_DSN", dsn)
        found = await look(executors, sql("select 1", equals=1))
        assert not found.is_good
        assert "hunter2" not in found.detail
    monkeypatch.setenv("TOCSIN_DATABASE_URL", "host=/nowhere")
    own = SqlCheck(name="a", query="select 1", dsn="env:TOCSIN_DATABASE_URL", bounds=Bounds(equals=1))
    assert "is not set" in (await look(executors, own)).detail, "no check reads Tocsin's own variables"


ValueAt = Callable[[float], float | None]


class FakeSeries:
    """A Prometheus whose one series is a function of the time; it answers in the form of the real one."""

    def __init__(self, value_at: ValueAt, series: int = 1) -> None:
        self.value_at = value_at
        self.series = series

    async def __call__(self, request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        asked = {key: value[0] for key, value in parse_qs(urlsplit(request.path).query).items()}
        if urlsplit(request.path).path == "/api/v1/query":
            at = float(asked["time"])
            result: list[Any] = [{"metric": {}, "value": [at, str(self.value_at(at))]} for _ in range(self.series)]
            kind = "vector"
        else:
            begin, end, step = (float(asked[key]) for key in ("start", "end", "step"))
            times = [begin + n * step for n in range(int((end - begin) / step) + 1)]
            values = [[t, str(v)] for t in times if (v := self.value_at(t)) is not None]
            result = [{"metric": {}, "values": values}] * self.series if values else []
            kind = "matrix"
        body = msgspec.json.encode({"status": "success", "data": {"resultType": kind, "result": result}})
        await answers(200, body)(request, writer)


@pytest.fixture
def prometheus() -> Iterator[HttpSink]:
    with HttpSink() as sink:
        yield sink
        sink.inbox.forget()


async def asked_of(executors: Executors, sink: HttpSink, value_at: ValueAt, series: int = 1, **said: Any) -> Finding:
    sink.behaviour = FakeSeries(value_at, series)
    return await look(executors, PromqlCheck(name="a", query="x", **said), prometheus=sink.url)


def last_hour(usual: float, now: float) -> ValueAt:
    """`usual` until the impact an hour ago, `now` since."""
    impact = (NOW - timedelta(hours=1)).timestamp()
    return lambda t: usual if t <= impact else now


async def test_promql_against_bounds(executors: Executors, prometheus: HttpSink) -> None:
    good = await asked_of(executors, prometheus, lambda _: 0.004, bounds=Bounds(below=0.01))
    assert good == Finding(True, "It is 0.004, below 0.01.")
    bad = await asked_of(executors, prometheus, lambda _: 0.04, bounds=Bounds(below=0.01))
    assert bad == Finding(False, "It is 0.04, not below 0.01.")
    assert not (await asked_of(executors, prometheus, lambda _: math.nan, bounds=Bounds(below=1))).is_good
    none = await asked_of(executors, prometheus, lambda _: 0, series=0, bounds=Bounds(below=1))
    assert none == Finding(False, "There is no data, and missing data fails.")
    both = await asked_of(executors, prometheus, lambda _: 0.5, series=2, bounds=Bounds(below=1, above=0))
    assert both == Finding(True, "It is 0.5 in 2 series, below 1 and above 0.")


async def test_promql_that_has_to_last(executors: Executors, prometheus: HttpSink) -> None:
    lasts = timedelta(minutes=5)
    spike = (NOW - timedelta(minutes=3)).timestamp()
    found = await asked_of(executors, prometheus, lambda t: 9 if t < spike else 0, bounds=Bounds(below=1), lasts=lasts)
    assert found == Finding(False, "It was 9, not below 1 in the last 5m.")
    assert (await asked_of(executors, prometheus, lambda _: 0, bounds=Bounds(below=1), lasts=lasts)).is_good


BEFORE: dict[str, Any] = {"baseline": Baseline.BEFORE_IMPACT, "tolerance": 0.2}


@pytest.mark.parametrize(
    ("usual", "now", "better", "is_good"),
    [
        (10, 11.9, None, True),
        (10, 12.1, None, False),
        (10, 7.9, None, False),
        (10, 1, Better.LOWER, True),
        (10, 12.1, Better.LOWER, False),
        (10, 99, Better.HIGHER, True),
        (10, 7.9, Better.HIGHER, False),
        (0, 0, None, True),
        (0, 0.001, None, False),
        (-10, -11, None, True),
    ],
)
async def test_promql_against_the_hour_before_the_impact(
    executors: Executors, prometheus: HttpSink, usual: float, now: float, better: Better | None, is_good: bool
) -> None:
    found = await asked_of(executors, prometheus, last_hour(usual, now), **BEFORE, better=better)
    assert found.is_good is is_good, found
    assert "in the hour before the impact" in found.detail


async def test_promql_against_the_same_hour_of_four_weeks(executors: Executors, prometheus: HttpSink) -> None:
    four: dict[str, Any] = {"baseline": Baseline.FOUR_WEEKS, "tolerance": 0.1}
    weeks = dict(enumerate((100, 1000, 102, 98, 101)))

    def value_at(t: float) -> float:
        return weeks[round((NOW.timestamp() - t - 1800) / timedelta(weeks=1).total_seconds())]

    found = await asked_of(executors, prometheus, value_at, **four)
    assert found == Finding(True, "It is 100, within 10% of 101.5 at this hour of the last 4 weeks.")


async def test_a_baseline_without_data_fails(executors: Executors, prometheus: HttpSink) -> None:
    impact = (NOW - timedelta(hours=1)).timestamp()
    young = await asked_of(
        executors, prometheus, lambda t: 1 if t > impact - timedelta(minutes=20).total_seconds() else None, **BEFORE
    )
    assert young == Finding(False, "The baseline has 20 of 61 samples, and missing data fails.")
    several = await asked_of(executors, prometheus, lambda _: 1, series=3, **BEFORE)
    assert several == Finding(False, "The query gives 3 series: make it one, with sum(…) or max(…).")


async def test_what_a_budget_is_reckoned_from(prometheus: HttpSink) -> None:
    """A range of one series as instants and numbers; nothing at all when Prometheus does not tell (MET-5)."""
    prometheus.behaviour = FakeSeries(lambda t: 0.25 if t < NOW.timestamp() else None)
    begin, step = NOW - timedelta(minutes=10), timedelta(minutes=5)
    async with GuardedHttp(AddressGuard(parse_network_list(NEAR))) as http:
        measure = PromqlMeasure(http, {"SHOP": prometheus.url}.get).measure
        found = await measure("x", "env:SHOP", begin, NOW, step)
        assert found == [(begin, 0.25), (begin + step, 0.25)]
        assert await measure("x", None, begin, NOW, step) is None
        assert await measure("x", "env:NOT_SET", begin, NOW, step) is None
        prometheus.behaviour = FakeSeries(lambda _: 1, 2)
        assert await measure("x", prometheus.url, begin, NOW, step) is None
        prometheus.behaviour = answers(500, b"oops")
        assert await measure("x", prometheus.url, begin, NOW, step) is None


async def test_promql_that_gets_no_sense(executors: Executors, prometheus: HttpSink) -> None:
    check = PromqlCheck(name="a", query="x", bounds=Bounds(below=1))
    assert "No Prometheus is named" in (await look(executors, check)).detail
    named = PromqlCheck(name="a", query="x", bounds=Bounds(below=1), prometheus="env:NO_SUCH_PROMETHEUS")
    assert "NO_SUCH_PROMETHEUS is not set" in (await look(executors, named)).detail
    for behaviour in (
        answers(400, b'{"status":"error","errorType":"bad_data","error":"hunter2"}'),
        answers(200, b"<html>hunter2"),
        answers(200, b'{"status":"success","data":{"resultType":"string","result":[1,"hunter2"]}}'),
        answers(200, b'{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"hunter2"]}]}}'),
        answers(502, SECRET),
    ):
        prometheus.behaviour = behaviour
        found = await look(executors, check, prometheus=prometheus.url)
        assert not found.is_good
        assert "hunter2" not in found.detail


@pytest.mark.peers
async def test_a_real_prometheus(executors: Executors, tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "prometheus.yml").write_text(
        "global: {scrape_interval: 1s}\n"
        f"scrape_configs:\n- {{job_name: self, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}\n"
    )
    with running(
        [
            "prometheus",
            f"--config.file={tmp_path}/prometheus.yml",
            f"--storage.tsdb.path={tmp_path}/tsdb",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        log=tmp_path / "prometheus.log",
        ready_url=f"http://127.0.0.1:{port}/-/ready",
    ):
        base = f"http://127.0.0.1:{port}"

        async def ask(query: str, **said: Any) -> Finding:
            now = datetime.now(UTC)
            return await look(executors, PromqlCheck(name="a", query=query, **said), prometheus=base, now=now)

        async with asyncio.timeout(PATIENCE):
            while not (await ask('up{job="self"}', bounds=Bounds(above=0))).is_good:  # noqa: ASYNC110  it tells nobody
                await asyncio.sleep(0.2)
        assert await ask("scalar(vector(2))", bounds=Bounds(below=1)) == Finding(False, "It is 2, not below 1.")
        assert "bad_data" in (await ask("sum(", bounds=Bounds(below=1))).detail
        assert "no data" in (await ask("no_such_metric", bounds=Bounds(below=1))).detail
        lasting = await ask("vector(1)", bounds=Bounds(above=0), lasts=timedelta(minutes=5))
        assert lasting == Finding(True, "It is 1, above 0 in the last 5m.")
        assert (await ask("vector(3)", baseline=Baseline.BEFORE_IMPACT, tolerance=0.1)).is_good
        assert (await ask("vector(3)", baseline=Baseline.FOUR_WEEKS, tolerance=0.1)).is_good
        assert "has 0 of 61" in (await ask('up{job="self"}', baseline=Baseline.BEFORE_IMPACT, tolerance=0.1)).detail


def test_every_kind_that_is_run_has_somebody_who_looks(executors: Executors) -> None:
    examples: tuple[Check, ...] = (
        HttpCheck(name="a", url=""),
        PromqlCheck(name="a", query=""),
        sql(""),
        TcpCheck(name="a", host="", port=1),
        CommandCheck(name="a", argv=()),
    )
    assert {kind_of(each) for each in examples} == set(executors)
    assert os.environ.get("SHOP_DSN") is None
