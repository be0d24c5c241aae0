"""`checks:` of a service (RES-1): each kind read into its value, written back as it was, each mistake at its place."""

from datetime import timedelta

import pytest

from tocsin.catalog.checks import (
    Baseline,
    Better,
    Bounds,
    Check,
    CommandCheck,
    HttpCheck,
    ManualCheck,
    PromqlCheck,
    SqlCheck,
    TcpCheck,
)
from tocsin.config.check_shape import check_shape
from tocsin.config.files import load_texts
from tocsin.config.one_check import read_one_check
from tocsin.config.problems import ConfigurationInvalid, Problem
from tocsin.config.yaml_text import YamlText
from tocsin.kernel.errors import Invalid


def read(check: str) -> Check:
    (service,) = load_texts({"tocsin.yaml": f"services:\n- name: a\n  checks:\n  - {check}\n"}, {}).services
    (read_one,) = service.value.checks
    return read_one


def problems(checks: str) -> list[Problem]:
    with pytest.raises(ConfigurationInvalid) as refused:
        load_texts({"tocsin.yaml": f"services:\n- name: a\n  checks:\n{checks}"}, {})
    return list(refused.value.problems)


KINDS: list[tuple[str, Check]] = [
    ("{name: a, http: 'https://x.example.com/health'}", HttpCheck(name="a", url="https://x.example.com/health")),
    (
        "{name: a, http: 'http://x/', status: 204, contains: ok, latency_below: 300ms, timeout: 5s}",
        HttpCheck(
            name="a",
            url="http://x/",
            status=204,
            contains="ok",
            latency_below=timedelta(milliseconds=300),
            timeout=timedelta(seconds=5),
        ),
    ),
    (
        "{name: a, promql: 'sum(up)', above: 2, for: 5m}",
        PromqlCheck(name="a", query="sum(up)", bounds=Bounds(above=2), lasts=timedelta(minutes=5)),
    ),
    (
        "{name: a, promql: up, below: 5%, prometheus: 'env:PROM_URL'}",
        PromqlCheck(name="a", query="up", bounds=Bounds(below=0.05), prometheus="env:PROM_URL"),
    ),
    (
        "{name: a, promql: up, baseline: before-impact, tolerance: 20%, better: lower}",
        PromqlCheck(name="a", query="up", baseline=Baseline.BEFORE_IMPACT, tolerance=0.2, better=Better.LOWER),
    ),
    (
        "{name: a, sql: select 1, dsn: 'env:SHOP_DSN', equals: 1}",
        SqlCheck(name="a", query="select 1", dsn="env:SHOP_DSN", bounds=Bounds(equals=1)),
    ),
    ("{name: a, tcp: 'db.example.com:5432'}", TcpCheck(name="a", host="db.example.com", port=5432)),
    ("{name: a, tcp: '[::1]:80'}", TcpCheck(name="a", host="::1", port=80)),
    ("{name: a, command: [check-it, --fast]}", CommandCheck(name="a", argv=("check-it", "--fast"))),
    ("{name: a, manual: The queue does not grow.}", ManualCheck(name="a", asks="The queue does not grow.")),
]


@pytest.mark.parametrize(("text", "check"), KINDS)
def test_every_kind_is_read_and_written_back(text: str, check: Check) -> None:
    assert read(text) == check
    written = YamlText("x", str(check_shape(check)))
    assert not written.problems
    assert read(str(check_shape(check))) == check


WRONG = [
    ("{name: a}", "", "exactly one of http, promql, sql, tcp, command, manual"),
    ("{name: a, http: 'http://x/', tcp: 'x:1'}", "", "exactly one"),
    ("{http: 'http://x/'}", "", "'name'"),
    ("{name: a, http: 'ftp://x/'}", ".http", "web address"),
    ("{name: a, http: 'http://u:p@x/'}", ".http", "password"),
    ("{name: a, http: 'http://x/', status: 99}", ".status", "100 to 599"),
    ("{name: a, http: 'http://x/', latency_below: fast}", ".latency_below", "duration"),
    ("{name: a, http: 'http://x/', timeout: 2m}", ".timeout", "1s to 30s"),
    ("{name: a, http: 'http://x/', below: 3}", ".below", "belongs to `promql` and `sql`"),
    ("{name: a, http: 'http://x/', statuz: 3}", ".statuz", "'status'"),
    ("{name: a, promql: up}", "", "compares with one thing"),
    ("{name: a, promql: up, below: much}", ".below", "must be a number"),
    ("{name: a, promql: up, below: 1, baseline: before-impact, tolerance: 1%}", "", "one thing"),
    ("{name: a, promql: up, baseline: before-impact}", "", "tolerance: 20%"),
    ("{name: a, promql: up, baseline: yesterday, tolerance: 1%}", ".baseline", "before-impact, four-weeks"),
    ("{name: a, promql: up, below: 1, tolerance: 1%}", "", "belong to a baseline"),
    ("{name: a, promql: up, below: 1, for: 9h}", ".for", "at most 6h"),
    ("{name: a, promql: up, below: 1, prometheus: 'env:TOCSIN_SECRET_KEY'}", ".prometheus", "Tocsin's own"),
    ("{name: a, sql: select 1, dsn: 'host=x password=y', equals: 1}", ".dsn", "env:NAME"),
    ("{name: a, sql: select 1, dsn: 'env:A B', equals: 1}", ".dsn", "environment variable"),
    ("{name: a, sql: select 1, dsn: 'env:X'}", "", "`equals:`"),
    ("{name: a, sql: select 1, equals: 1}", "", "'dsn'"),
    ("{name: a, tcp: nowhere}", ".tcp", "host and port"),
    ("{name: a, tcp: 'x:99999'}", ".tcp", "host and port"),
    ("{name: a, command: []}", ".command", "needs a program"),
    ("{name: a, command: check it}", ".command", "must be a list"),
]


@pytest.mark.parametrize(("check", "path", "says"), WRONG)
def test_a_mistake_is_named_where_it_is(check: str, path: str, says: str) -> None:
    found = [p for p in problems(f"  - {check}\n") if p.path == f"services[0].checks[0]{path}"]
    assert found, problems(f"  - {check}\n")
    assert any(says in f"{p.message} {p.remedy}" for p in found), found
    assert all(p.line == 4 for p in found)


def test_no_two_checks_of_a_service_share_a_name_and_there_are_not_too_many() -> None:
    twice = problems("  - {name: a, tcp: 'x:1'}\n  - {name: a, tcp: 'x:2'}\n")
    assert [p.message for p in twice] == ["Two checks are called 'a'."]
    many = problems("".join(f"  - {{name: c{n}, tcp: 'x:1'}}\n" for n in range(21)))
    assert [p.message for p in many] == ["More than 20 checks."]


def test_a_secret_in_a_mistake_is_not_repeated() -> None:
    found = problems("  - {name: a, sql: select 1, equals: 1, dsn: 'postgresql://u:hunter2@x/y'}\n")
    found += problems("  - {name: a, http: 'https://u:hunter2@x/y'}\n")
    assert "hunter2" not in " ".join(map(str, found))


SLO = "services:\n- name: a\n  slo: {availability: 99.9%%, latency: %s}\n  checks:\n  - {name: a, %s: slo}\n"
PROMISED = {
    "http: 'http://x/', latency_below": HttpCheck(
        name="a", url="http://x/", latency_below=timedelta(milliseconds=300), within_slo=True
    ),
    "promql: up, below": PromqlCheck(name="a", query="up", bounds=Bounds(below=0.3), within_slo=True),
}


@pytest.mark.parametrize("said", PROMISED)
def test_a_latency_is_the_one_that_the_service_promises(said: str) -> None:
    config = load_texts({"tocsin.yaml": SLO % ("300ms", said)}, {})
    (service,) = config.services
    assert service.value.checks == (PROMISED[said],)
    assert service.value.promised_latency == timedelta(milliseconds=300)
    key = said.rsplit(" ", 1)[1]
    assert check_shape(PROMISED[said])[key] == "slo"
    (missing,) = problems(f"  - {{name: a, {said}: slo}}\n")
    assert (missing.path, missing.message) == (f"services[0].checks[0].{key}", "The service promises no latency.")
    with pytest.raises(ConfigurationInvalid, match="not a duration"):
        load_texts({"tocsin.yaml": SLO % ("fast", said)}, {})


def test_one_check_beside_the_files_is_read_as_in_a_file() -> None:
    said = {"name": "cart", "http": "https://x.example.com/\u00e9\U0001f514", "status": 204, "latency_below": "slo"}
    read_one = read_one_check(said, timedelta(seconds=1))
    assert read_one == HttpCheck(
        name="cart",
        url="https://x.example.com/\u00e9\U0001f514",
        status=204,
        latency_below=timedelta(seconds=1),
        within_slo=True,
    )
    for wrong, field in (({"tcp": "x"}, "tcp"), ({"tcp": "x:1", "below": 1}, "below"), ({}, None)):
        with pytest.raises(Invalid) as refused:
            read_one_check({"name": "a", **wrong}, None)
        assert (refused.value.field, bool(refused.value.remedy)) == (field, True)
