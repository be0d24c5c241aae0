"""The metrics of incidents that a file holds: read and reckoned here, without a server (MET-2)."""

import gc
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from tocsin.incidents.measures import DETECTED, STARTED
from tocsin.insights.metric_definitions import BETWEEN, FREQUENCY, INCIDENTS, TIMES
from tocsin.insights.metric_figures import metrics_of
from tocsin.insights.metric_file import Incidents, read_incidents
from tocsin.insights.metric_groups import read_dimensions
from tocsin.insights.metric_model import Question, Reckoning
from tocsin.insights.metric_period import read_span
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import instant_of, is_zone, local_of, zone_of
from tocsin.surfaces.cli import output
from tocsin.surfaces.wire import metrics as wire

KNOWN_OF_FILES = frozenset({*TIMES, BETWEEN, INCIDENTS, FREQUENCY})
"""A file says nothing of pages, updates, postmortems and action items."""
FEW = 5


class Asked(NamedTuple):
    """What the words of the command say. Without a `period` all that the file holds."""

    file: Path
    period: str | None
    by: str
    services: tuple[str, ...]
    zone: str
    mttr_from: str | None


def metrics_of_file(asked: Asked) -> wire.Metrics:
    """What the server would answer if its record were this file. Bad lines are told on stderr."""
    if not is_zone(asked.zone):
        raise Invalid(f"{asked.zone[:40]!r} is no time zone.", "Write it as Europe/Berlin.", field="zone")
    if asked.mttr_from not in (None, STARTED, DETECTED):
        raise Invalid(f"{asked.mttr_from[:40]!r} is no begin.", f"Say {STARTED} or {DETECTED}.", field="mttr-from")
    gc.disable()  # a hundred thousand incidents hold no cycles, and this process ends with the answer
    read = read_incidents(_content(asked.file))
    _tell(read)
    since, until = _span(read, asked)
    question = Question(
        since=since,
        until=until,
        by=read_dimensions(asked.by),
        services=asked.services,
        compare=asked.period is not None,
    )
    reckoning = Reckoning(zone=asked.zone, mttr_from=asked.mttr_from or read.mttr_from)
    found = wire.metrics(metrics_of(read.cases, question, reckoning))
    found.figures = [figure for figure in found.figures if figure.measure in KNOWN_OF_FILES]
    found.definitions = [each for each in found.definitions if each.measure in KNOWN_OF_FILES]
    return found


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as wrong:
        what = f"{file} cannot be read: {wrong.strerror}."
        raise Invalid(what, "Name a CSV or JSON file of incidents.", field="file") from None


def _tell(read: Incidents) -> None:
    """The first few by row and reason. Raises Invalid when nothing else was there."""
    if not read.bad:
        return
    named = "; ".join(f"row {each.number}: {output.line(each.what)}" for each in read.bad[:FEW])
    more = f"; and {len(read.bad) - FEW} more" if len(read.bad) > FEW else ""
    all_of_them = len(read.bad) + len(read.cases)
    sys.stderr.write(f"{len(read.bad)} of {all_of_them} rows were passed over: {named}{more}.\n")
    if not read.cases:
        raise Invalid("No row of the file could be read.", "Mend the rows that are named above.", field="file")


def _span(read: Incidents, asked: Asked) -> tuple[datetime, datetime]:
    """The period that is asked for, up to now; else whole days from the first incident of the file to its last."""
    zone = zone_of(asked.zone)
    if asked.period is not None or not read.cases:
        return read_span(asked.period or "30d", output.now(), zone)
    first, last = min(case.at for case in read.cases), max(case.at for case in read.cases)
    begins, ends = (datetime.combine(local_of(at, zone), time()) for at in (first, last))
    return instant_of(begins, zone), instant_of(ends + timedelta(days=1), zone)
