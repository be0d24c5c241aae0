"""What an incident cost, in the figures that people say (PMT-3), as the page of its postmortem shows and asks it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.postmortems import measurements, saying
from tocsin.postmortems.figures import Figure, SaidFigure, shown
from tocsin.postmortems.measurement_model import Measurement
from tocsin.postmortems.measuring import is_measurable

FIELDS = ("figures", "source", *Figure)
"""The fields of its form, beside which a refusal of theirs stands."""


class SaidLine(msgspec.Struct, frozen=True, kw_only=True):
    """`is_measured`: Prometheus said it, and its source tells when."""

    heading: str
    value: str
    source: str
    by: str
    at: datetime
    is_measured: bool


class AskedField(msgspec.Struct, frozen=True, kw_only=True):
    """`is_flag`: it is answered by yes or no, else by a number."""

    name: str
    heading: str
    is_flag: bool


class Unanswered(msgspec.Struct, frozen=True, kw_only=True):
    """A question to Prometheus, and why there is no answer."""

    what: str
    service: str
    trouble: str


class CostPart(msgspec.Struct, frozen=True, kw_only=True):
    """`measured_at`: when Prometheus was asked last, None: never; `may_ask`: it can be, for the incident is over and a
    service of it has a query; `is_asking`: it is, this moment."""

    said: tuple[SaidLine, ...]
    unanswered: tuple[Unanswered, ...]
    measured_at: datetime | None
    may_ask: bool
    is_asking: bool
    asked: tuple[AskedField, ...] = tuple(
        AskedField(name=each.value, heading=each.heading, is_flag=each is Figure.SLA_BREACHED) for each in Figure
    )


async def load_cost(conn: Conn, incident: Incident) -> CostPart:
    """Of an incident that the viewer may see."""
    measured = await measurements.list_latest(conn, incident.id)
    return CostPart(
        said=tuple(_line(each) for each in await saying.list_figures(conn, incident.id)),
        unanswered=tuple(_unanswered(each) for each in measured if each.trouble),
        measured_at=measured[0].measured_at if measured else None,
        may_ask=is_measurable(incident) and bool(await measurements.list_queries(conn, incident)),
        is_asking=await measurements.is_asking(conn, incident.id),
    )


def _unanswered(each: Measurement) -> Unanswered:
    what = each.figure.heading if each.figure is not None else each.title
    return Unanswered(what=what, service=each.service, trouble=each.trouble)


def _line(said: SaidFigure) -> SaidLine:
    return SaidLine(
        heading=said.name.heading,
        value=shown(said.value),
        source=said.source,
        by=said.by.removeprefix("@"),
        at=said.at,
        is_measured=said.by == "tocsin",
    )
