"""What Prometheus said of an incident, on the wire (PMT-1, PMT-3)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tocsin.postmortems.measurement_model import Measurement as StoredMeasurement


class Measurement(msgspec.Struct, kw_only=True):
    """One question to Prometheus: a `figure` of the impact with its `value` – a share is 0 to 1 –, or a course, whose
    chart `chart` says in words. `trouble` says why there is neither; else it is null.
    """

    n: int
    service: str
    figure: str | None
    title: str | None
    query: str
    begins_at: datetime
    ends_at: datetime
    measured_at: datetime
    value: float | None
    chart: str | None
    trouble: str | None


class MeasurementList(msgspec.Struct, kw_only=True):
    """`is_asking`: Prometheus is asked this moment, and newer answers are to come."""

    incident: str
    is_asking: bool
    measurements: list[Measurement]


def measurements(ref: str, found: Iterable[StoredMeasurement], *, is_asking: bool) -> MeasurementList:
    return MeasurementList(incident=ref, is_asking=is_asking, measurements=[_measurement(each) for each in found])


def _measurement(stored: StoredMeasurement) -> Measurement:
    return Measurement(
        n=stored.n,
        service=stored.service,
        figure=stored.figure.value if stored.figure is not None else None,
        title=stored.title or None,
        query=stored.query,
        begins_at=stored.begins_at,
        ends_at=stored.ends_at,
        measured_at=stored.measured_at,
        value=stored.value,
        chart=stored.chart.alt if stored.chart is not None else None,
        trouble=stored.trouble or None,
    )
