"""Incidents of a file, as cases: this product's columns, or what PagerDuty or Opsgenie export. Pure (MET-2).

A format is recognised by its columns; names are compared without case, blanks and humps (`Created On` is `createdAt`
is `created_at`). A line that cannot be read is told of and passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, cast

from tocsin.incidents.measures import DETECTED, STARTED, Instants
from tocsin.insights.metric_model import Case, Place
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
_SPACE_BEFORE_OFFSET = re.compile(r" (?=[+-]\d{2}:?\d{2}$)| UTC$")
_MILLISECONDS_FROM = 1e11
"""A number above it is milliseconds since 1970, below it seconds: 1e11 seconds is the year 5138."""


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
    cases: list[Case] = []
    bad: list[BadLine] = []
    for number, row in enumerate(rows, first):
        if not row:
            continue
        try:
            cases.append(reader.case(row))
        except ValueError as wrong:
            bad.append(BadLine(number, str(wrong)))
        except IndexError:
            bad.append(BadLine(number, "it has too few columns"))
    return Incidents(system, cases, bad, STARTED if system == TOCSIN else DETECTED)


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


class _Reader:
    """Where each thing stands in a line. What is not there is absent from every line."""

    def __init__(self, place: Mapping[str, int]) -> None:
        self._place = place

    def case(self, row: Cells) -> Case:
        """Raises ValueError that says what is wrong with the line."""
        raise NotImplementedError

    def _at(self, *names: str) -> int | None:
        return next((self._place[name] for name in names if name in self._place), None)


class _OwnLines(_Reader):
    def __init__(self, place: Mapping[str, int]) -> None:
        super().__init__(place)
        self._times = [(name, self._at(name)) for name in Instants._fields]
        self._declared, self._severity = self._at("declared_at"), self._at("severity")
        self._services, self._team = self._at("services", "service"), self._at("team")
        self._cause, self._drill = self._at("cause_category", "cause"), self._at("is_drill")

    def case(self, row: Cells) -> Case:
        instants = Instants(*[None if place is None else instant(row[place], name) for name, place in self._times])
        at = instants.detected_at or _instant(row, self._declared, "declared_at") or instants.started_at
        if at is None:
            raise ValueError("it has neither detected_at nor declared_at nor started_at")
        return Case(
            at=at,
            instants=instants,
            severity=_text(row, self._severity),
            cause=_text(row, self._cause),
            places=_places(row, self._services, self._team),
            is_drill=(_text(row, self._drill) or "").lower() in _TRUE,
        )


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

    def case(self, row: Cells) -> Case:
        created = _instant(row, self._created, "the creation")
        if created is None:
            raise ValueError("it does not say when it was created")
        return Case(
            at=created,
            instants=Instants(
                None,
                created,
                self._later(row, created, self._acknowledged, self._to_acknowledge),
                None,
                self._later(row, created, self._resolved, self._to_resolve),
            ),
            severity=_text(row, self._severity),
            places=_places(row, self._services, self._team),
        )

    def _later(self, row: Cells, created: datetime, at: int | None, after: int | None) -> datetime | None:
        """The instant as it stands, else so long after the creation; nought and nothing are: it did not happen."""
        found = _instant(row, at, "an instant")
        if found is not None or after is None:
            return found
        length = row[after]
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


def instant(value: object, name: str) -> datetime | None:
    """ISO 8601, or a number of seconds or milliseconds since 1970; without an offset it is UTC. Raises ValueError."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and value[4:5] == "-":
            found = datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", value) if " " in value else value)
            return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        number = float(cast("str | float", value))
        return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS_FROM else number, UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        raise ValueError(f"{name} {str(value)[:40]!r} is no time") from None


def _instant(row: Cells, place: int | None, name: str) -> datetime | None:
    return None if place is None else instant(row[place], name)


def _text(row: Cells, place: int | None) -> str | None:
    value = None if place is None else row[place]
    return str(value).strip() or None if value is not None else None


def _places(row: Cells, services: int | None, teams: int | None) -> tuple[Place, ...]:
    named: Any = None if services is None else row[services]
    words = ",".join(map(str, cast("list[Any]", named))) if isinstance(named, list) else str(named or "")
    return _read_places(words, _text(row, teams))


@lru_cache(maxsize=10_000)
def _read_places(words: str, team: str | None) -> tuple[Place, ...]:
    """Kept, since the services of a file are few and its lines are many."""
    names = dict.fromkeys(name.strip() for name in re.split("[,;]", words))
    return tuple(Place(name, team) for name in names if name) or ((Place("", team),) if team else ())
