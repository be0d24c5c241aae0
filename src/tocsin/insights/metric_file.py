"""Incidents of a file, as cases: this product's columns, or what PagerDuty or Opsgenie export. Pure (MET-2).

A format is recognised by its columns; names are compared without case, blanks and humps (`Created On` is `createdAt`
is `created_at`). A line that cannot be read is told of and passed over.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tocsin.incidents.measures import DETECTED, STARTED, Instants
from tocsin.insights.metric_columns import UNREADABLE, Columns
from tocsin.insights.metric_model import Case
from tocsin.insights.metric_table import Cells, read_table
from tocsin.kernel.errors import Invalid

TOCSIN, PAGERDUTY, OPSGENIE = "Tocsin", "PagerDuty", "Opsgenie"
COLUMNS = (
    "severity",
    "service",
    "team",
    "cause_category",
    "is_drill",
    "started_at",
    "detected_at",
    "declared_at",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
)
"""What is read of a file of this product's columns; others may be there. One of the first three times has to be."""

_TRUE = frozenset({"true", "yes", "1", "t"})


class BadLine(NamedTuple):
    """A row of a table, from 1 with the headings, or an item of a list, from 1; and what is wrong with it."""

    number: int
    what: str


class Incidents(NamedTuple):
    """What a file holds. `mttr_from`: from where MTTR counts in this format, if nobody says."""

    system: str
    cases: list[Case]
    bad: list[BadLine]
    mttr_from: str


def read_incidents(content: bytes) -> Incidents:
    """A CSV with headings, a JSON list, or the JSON answer of an API. Raises Invalid for what is none of them, and for
    columns that no format has."""
    names, rows, first = read_table(content)
    place = {name: names.index(name) for name in names}
    system = _recognise(place)
    reader = _READERS[system](place)
    mttr_from = STARTED if system == TOCSIN else DETECTED
    lines = list(rows)
    try:
        return Incidents(system, reader.cases(Columns([line for line in lines if line])), [], mttr_from)
    except UNREADABLE:
        return Incidents(system, *_one_by_one(reader, lines, first), mttr_from)


def _one_by_one(reader: _Reader, lines: Iterable[Cells], first: int) -> tuple[list[Case], list[BadLine]]:
    """What can be read of lines that cannot all be read."""
    cases: list[Case] = []
    bad: list[BadLine] = []
    for number, line in enumerate(lines, first):
        if not line:
            continue
        try:
            cases += reader.cases(Columns([line]))
        except ValueError as wrong:
            bad.append(BadLine(number, str(wrong)))
        except IndexError:
            bad.append(BadLine(number, "it has too few columns"))
    return cases, bad


def _recognise(place: Mapping[str, int]) -> str:
    names = place.keys()
    if {"tiny_id", "created_at"} <= names:
        return OPSGENIE
    if names & {"created_on", "created_at"} and names & {"incident_number", "seconds_to_resolve", "resolved_on"}:
        return PAGERDUTY
    if names & {"detected_at", "declared_at", "started_at"}:
        return TOCSIN
    found = ", ".join(list(place)[:12])
    raise Invalid(
        f"The file has the columns {found[:200] or '(none)'}: that is no format of incidents that is known.",
        f"Name its columns {', '.join(COLUMNS)} – at least one of started_at, detected_at and declared_at –, or export "
        "incidents from PagerDuty or alerts from Opsgenie.",
        field="file",
    )


class _Reader(ABC):
    """Where each thing stands in a line. What is not there is absent from every line."""

    def __init__(self, place: Mapping[str, int]) -> None:
        self._place = place

    @abstractmethod
    def cases(self, columns: Columns) -> list[Case]:
        """One for each line. Raises ValueError that says what is wrong with one of them, IndexError for a short one."""

    def _at(self, *names: str) -> int | None:
        return next((self._place[name] for name in names if name in self._place), None)


class _OwnLines(_Reader):
    def __init__(self, place: Mapping[str, int]) -> None:
        super().__init__(place)
        self._times = [(name, self._at(name)) for name in Instants._fields]
        self._declared, self._severity = self._at("declared_at"), self._at("severity")
        self._services, self._team = self._at("services", "service"), self._at("team")
        self._cause, self._drill = self._at("cause_category", "cause"), self._at("is_drill")

    def cases(self, columns: Columns) -> list[Case]:
        instants = list(map(Instants, *(columns.instants(place, name) for name, place in self._times)))
        return [
            Case(
                at=_first_known(each.detected_at, declared, each.started_at),
                instants=each,
                severity=severity,
                cause=cause,
                places=places,
                is_drill=drill is not None and drill.lower() in _TRUE,
            )
            for each, declared, severity, cause, places, drill in zip(
                instants,
                columns.instants(self._declared, "declared_at"),
                columns.texts(self._severity),
                columns.texts(self._cause),
                columns.places(self._services, self._team),
                columns.texts(self._drill),
                strict=True,
            )
        ]


def _first_known(*instants: datetime | None) -> datetime:
    for at in instants:
        if at is not None:
            return at
    raise ValueError("it has neither detected_at nor declared_at nor started_at")


class _OtherLines(_Reader):
    """Of systems that know when something came to be, was acknowledged and was over: no start, no mitigation."""

    ACKNOWLEDGED_AFTER: tuple[str, ...]
    RESOLVED_AFTER: tuple[str, ...]
    UNIT: timedelta

    def __init__(self, place: Mapping[str, int]) -> None:
        super().__init__(place)
        self._created = self._at("created_on", "created_at")
        self._acknowledged, self._resolved = self._at("acknowledged_at"), self._at("resolved_on", "resolved_at")
        self._to_acknowledge, self._to_resolve = self._at(*self.ACKNOWLEDGED_AFTER), self._at(*self.RESOLVED_AFTER)
        self._severity = self._at("priority_name", "priority", "urgency")
        self._services, self._team = self._at("service_name", "service"), self._at("team_name", "teams", "team")

    def cases(self, columns: Columns) -> list[Case]:
        return [
            Case(
                at=created,
                instants=Instants(None, created, acknowledged, None, resolved),
                severity=severity,
                places=places,
            )
            for created, acknowledged, resolved, severity, places in zip(
                self._creations(columns),
                self._later(columns, self._acknowledged, self._to_acknowledge),
                self._later(columns, self._resolved, self._to_resolve),
                columns.texts(self._severity),
                columns.places(self._services, self._team),
                strict=True,
            )
        ]

    def _creations(self, columns: Columns) -> Iterator[datetime]:
        for created in columns.instants(self._created, "the creation"):
            if created is None:
                raise ValueError("it does not say when it was created")
            yield created

    def _later(self, columns: Columns, at: int | None, after: int | None) -> Iterator[datetime | None]:
        """The instants as they stand, else so long after the creation; nought and nothing are: it did not happen."""
        named = columns.instants(at, "an instant")
        for created, found, length in zip(self._creations(columns), named, columns.cells(after), strict=True):
            yield found if found is not None else self._after(created, length)

    def _after(self, created: datetime, length: Any) -> datetime | None:
        try:
            return created + float(length) * self.UNIT if length not in (None, "", 0, "0") else None
        except (ValueError, TypeError, OverflowError):
            raise ValueError(f"{str(length)[:40]!r} is no length of time") from None


class _PagerDutyLines(_OtherLines):
    ACKNOWLEDGED_AFTER, RESOLVED_AFTER = ("seconds_to_first_ack",), ("seconds_to_resolve",)
    UNIT = timedelta(seconds=1)


class _OpsgenieLines(_OtherLines):
    ACKNOWLEDGED_AFTER, RESOLVED_AFTER = ("ack_time",), ("close_time",)
    UNIT = timedelta(milliseconds=1)


_READERS: Mapping[str, type[_Reader]] = {TOCSIN: _OwnLines, PAGERDUTY: _PagerDutyLines, OPSGENIE: _OpsgenieLines}
