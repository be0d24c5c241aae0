"""People say what an incident cost, before or after its postmortem is drafted (PMT-3)."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.incidents import service as incidents
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx
from tocsin.postmortems import figure_store, figures, measurements
from tocsin.postmortems.events import ImpactSaid
from tocsin.postmortems.figures import SaidFigure
from tocsin.postmortems.measuring import measured_figures


async def say_impact(tx: Tx, incident_id: int, values: Mapping[str, str], source: str, by: str) -> list[SaidFigure]:
    """These figures hold from now on, each in place of what was said of it before; the timeline keeps both.

    Raises Invalid for a figure that cannot be read, for none at all, and without a source.
    """
    incident = await incidents.lock(tx, incident_id)
    found, where = figures.read_figures(values), figures.read_source(source)
    said = [SaidFigure(name=name, value=value, source=where, by=by, at=tx.now) for name, value in found.items()]
    await figure_store.upsert_figures(tx.conn, incident_id, said)
    await tx.emit(
        ImpactSaid(
            **incidents.about(incident, by),
            sentence=figures.in_words(found, where, by),
            figures={name.value: value for name, value in found.items()},
            source_of=where,
        )
    )
    return await list_figures(tx.conn, incident_id)


async def list_figures(conn: Conn, incident_id: int) -> list[SaidFigure]:
    """Of an incident that may be seen, in the order of `Figure`: as a person said it, else as it was measured."""
    measured = measured_figures(await measurements.list_latest(conn, incident_id))
    said = await figure_store.list_figures(conn, incident_id)
    found = {each.name: each for each in (*measured, *said)}
    return [found[figure] for figure in figures.Figure if figure in found]
