"""The metrics of incidents over HTTP (MET-1, MET-2)."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from litestar.response import Response

from tocsin.catalog import service as catalog
from tocsin.insights import metrics as insights
from tocsin.insights.metric_groups import read_dimensions
from tocsin.insights.metric_model import Question
from tocsin.insights.metric_period import USUAL, read_span
from tocsin.kernel.localtime import zone_of
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.oncall_load import CSV, Format, is_csv
from tocsin.surfaces.wire import metrics as wire

By = Annotated[
    str,
    QueryParameter(
        description="One or two of severity, service, team, cause, weekday, hour, week, month, with a comma between."
    ),
]


@get("/metrics", summary="MTTD, MTTA, MTTM, MTTR and the other metrics of incidents")
async def read_metrics(
    viewer: Caller,
    db: Db,
    period: Annotated[str, QueryParameter(description="The last 30d or 12h, or a month: 2026-10.")] = USUAL,
    by: By = "",
    service: Annotated[str, QueryParameter(description="Only of these services, with a comma between.")] = "",
    compare: Annotated[bool, QueryParameter(description="Also the period before, of the same length.")] = True,
    form: Format = "json",
) -> Response[wire.Metrics] | Response[str]:
    """Each with its definition, how many incidents stand behind it and why others are left out, mean, median and 90th
    percentile, and the targets of the active severity profile. Drills never count, private incidents for their members
    alone."""
    as_csv, dimensions, now = is_csv(form), read_dimensions(by), db.clock.now()
    async with db.connection() as conn:
        zone = zone_of((await catalog.organisation(conn)).time_zone)
        since, until = read_span(period, now, zone)
        services = tuple(filter(None, (each.strip() for each in service.split(","))))
        asked = Question(since=since, until=until, by=dimensions, services=services, compare=compare)
        found = wire.metrics(await insights.metrics(conn, viewer, asked, now))
    return Response(wire.metrics_csv(found), media_type=CSV) if as_csv else Response(found)
