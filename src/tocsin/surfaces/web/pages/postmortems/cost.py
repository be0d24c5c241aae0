"""What an incident cost, in the figures that people say (PMT-3), as the page of its postmortem shows and asks it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tocsin.kernel.db import Conn
from tocsin.postmortems import saying
from tocsin.postmortems.figures import Figure, SaidFigure, shown

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


class CostPart(msgspec.Struct, frozen=True, kw_only=True):
    said: tuple[SaidLine, ...]
    asked: tuple[AskedField, ...] = tuple(
        AskedField(name=each.value, heading=each.heading, is_flag=each is Figure.SLA_BREACHED) for each in Figure
    )


async def load_cost(conn: Conn, incident_id: int) -> CostPart:
    """Of an incident that the viewer may see."""
    return CostPart(said=tuple(_line(each) for each in await saying.list_figures(conn, incident_id)))


def _line(said: SaidFigure) -> SaidLine:
    return SaidLine(
        heading=said.name.heading,
        value=shown(said.value),
        source=said.source,
        by=said.by.removeprefix("@"),
        at=said.at,
        is_measured=said.by == "tocsin",
    )
