"""Incidents of a file: this product's columns, PagerDuty's and Opsgenie's, and what is wrong with a file."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.incidents.measures import DETECTED, STARTED, Instants
from tocsin.insights.metric_file import BadLine, read_incidents
from tocsin.insights.metric_model import Case, Place
from tocsin.insights.metric_table import plain_name
from tocsin.kernel.errors import Invalid

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


OWN = b"""id,title,severity,service,team,cause_category,is_drill,started_at,detected_at,acknowledged_at,mitigated_at,resolved_at
INC-1,"Slow, then down",SEV-1,checkout,payments,deployment,false,2026-03-02T09:56:00Z,2026-03-02T10:00:00Z,2026-03-02T10:02:00Z,,2026-03-02T12:00:00+01:00
INC-2,A drill,,,,,true,,2026-03-02 10:00:00 +0000,,,
"""  # noqa: E501
FIRST = Case(
    at=TEN,
    instants=Instants(after(-4), TEN, after(2), None, after(60)),
    severity="SEV-1",
    cause="deployment",
    places=(Place("checkout", "payments"),),
)
DRILL = Case(at=TEN, instants=Instants(None, TEN, None, None, None), is_drill=True)


@pytest.mark.parametrize("content", [OWN, b"\xef\xbb\xbf" + OWN.replace(b"\n", b"\r\n")])
def test_own_columns(content: bytes) -> None:
    assert read_incidents(content) == ("Tocsin", [FIRST, DRILL], [], STARTED)


def test_what_the_api_answers() -> None:
    incident = {
        "id": "INC-1",
        "severity": None,
        "services": ["checkout", "carts"],
        "is_drill": False,
        "started_at": None,
        "detected_at": None,
        "declared_at": "2026-03-02T10:00:00Z",
        "resolved_at": "2026-03-02T10:30:00Z",
    }
    found = read_incidents(json.dumps({"incidents": [incident], "next_cursor": None}).encode())
    (case,) = found.cases
    assert (case.at, case.places) == (TEN, (Place("checkout"), Place("carts")))
    assert case.instants == Instants(None, None, None, None, after(30))


PAGERDUTY_CSV = b"""id,incident_number,description,service_id,service_name,created_on,resolved_on,seconds_to_first_ack,seconds_to_resolve,urgency,team_name,priority_name
Q1,7,Down,P1,checkout,2026-03-02T10:00:00+00:00,2026-03-02T11:00:00+00:00,120,3600,high,payments,P1
Q2,8,Open,P1,checkout,2026-03-02T10:00:00+00:00,,,,high,payments,
"""  # noqa: E501
PAGERDUTY_REST = {
    "incidents": [
        {
            "incident_number": 7,
            "created_at": "2026-03-02T10:00:00Z",
            "resolved_at": "2026-03-02T11:00:00Z",
            "service": {"id": "P1", "summary": "checkout"},
            "priority": {"summary": "P1"},
            "teams": [{"summary": "payments"}],
            "acknowledgements": [{"at": "2026-03-02T10:09:00Z"}, {"at": "2026-03-02T10:02:00Z"}],
        }
    ]
}
PAGERDUTY = Case(
    at=TEN,
    instants=Instants(None, TEN, after(2), None, after(60)),
    severity="P1",
    places=(Place("checkout", "payments"),),
)


def test_what_pagerduty_exports() -> None:
    found = read_incidents(PAGERDUTY_CSV)
    assert (found.system, found.mttr_from, found.bad) == ("PagerDuty", DETECTED, [])
    first, still_open = found.cases
    assert first == PAGERDUTY
    assert still_open.instants == Instants(None, TEN, None, None, None)
    assert read_incidents(json.dumps(PAGERDUTY_REST).encode()).cases == [PAGERDUTY]


OPSGENIE = {
    "data": [
        {
            "id": "a",
            "tinyId": "12",
            "message": "Down",
            "createdAt": "2026-03-02T10:00:00Z",
            "priority": "P2",
            "teams": ["payments"],
            "report": {"ackTime": 120_000, "closeTime": 3_600_000},
        }
    ]
}
OPSGENIE_CSV = (
    b"Id,TinyId,Message,CreatedAt,Priority,Teams,AckTime,CloseTime\na,12,Down,1772445600000,P2,payments,120000,0\n"
)


def test_what_opsgenie_exports() -> None:
    found = read_incidents(json.dumps(OPSGENIE).encode())
    assert (found.system, found.bad) == ("Opsgenie", [])
    (case,) = found.cases
    assert (case.severity, case.places) == ("P2", (Place("", "payments"),))
    assert case.instants == Instants(None, TEN, after(2), None, after(60))
    (line,) = read_incidents(OPSGENIE_CSV).cases
    assert line.instants == Instants(None, TEN, after(2), None, None)


def test_a_bad_line_is_named_and_passed_over() -> None:
    found = read_incidents(
        b"detected_at,resolved_at\n2026-03-02T10:00Z,soon\n2026-03-02T10:00Z,\n,\n\n2026-03-02T10:00Z\n"
    )
    assert len(found.cases) == 1
    assert found.bad == [
        BadLine(2, "resolved_at 'soon' is no time"),
        BadLine(4, "it has neither detected_at nor declared_at nor started_at"),
        BadLine(6, "it has too few columns"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"id,when\n1,2\n", "The file has the columns id, when"),
        (b"", "The file has the columns (none)"),
        (b"[1, 2]", "The file has the columns (none)"),
        (b'{"rows": []}', "The JSON is no list"),
        (b"[{", "The file is no JSON"),
        (b"detected_at\n\xff\xfe\n", "The file is no text in UTF-8"),
    ],
)
def test_what_is_no_file_of_incidents(content: bytes, words: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read_incidents(content)
    assert wrong.value.message.startswith(words)
    assert wrong.value.field == "file"
    assert wrong.value.remedy


@pytest.mark.parametrize("name", ["Created On", "createdOn", "created_on", " CREATED-ON "])
def test_names_are_compared_without_their_looks(name: str) -> None:
    assert plain_name(name) == "created_on"


@given(st.binary() | st.text().map(lambda text: f"detected_at,severity\n{text}".encode()))
def test_no_file_does_anything_but_be_read_or_refused(content: bytes) -> None:
    with suppress(Invalid):
        assert read_incidents(content).system == "Tocsin"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NAMES = st.sampled_from(
    ["detected_at", "services", "severity", "team", "tinyId", "createdAt", "report", "incident_number"]
)


@given(st.lists(st.dictionaries(NAMES, VALUES), max_size=4))
def test_every_object_of_a_list_is_a_case_or_named(items: list[dict[str, object]]) -> None:
    try:
        found = read_incidents(json.dumps(items).encode())
    except Invalid:
        return
    assert len(found.cases) + len(found.bad) == len(items)


CELLS = st.sampled_from(
    ["", "2026-03-02T10:00:00Z", "2026-03-02T11:00:00.5+01:00", "2026-03-02 10:00:00", "1772445600", "1772445600000"]
)
LINES = st.tuples(CELLS | st.just("yesterday"), CELLS, st.sampled_from(["SEV-1", " SEV-1 ", "", "7"]), st.just("a; b"))


@given(st.lists(LINES, max_size=6))
def test_a_line_says_the_same_alone_and_among_others(lines: list[tuple[str, ...]]) -> None:
    """Whatever its neighbours look like: columns are read at once only where that reads the same."""
    heading = b"started_at,detected_at,severity,services"
    written = [",".join(line).encode() for line in lines]
    together = read_incidents(b"\n".join([heading, *written]))
    alone = [read_incidents(heading + b"\n" + line) for line in written]
    assert together.cases == [case for each in alone for case in each.cases]
    assert [bad.what for bad in together.bad] == [bad.what for each in alone for bad in each.bad]
