"""What the pages of insights have in common: what was asked, the form that asks otherwise, and the incidents behind."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec

from tocsin.incidents.measures import ACKNOWLEDGE, DETECT, MITIGATE, RESOLVE
from tocsin.insights.asking import USUAL_MONTHS, Asked, Scene
from tocsin.insights.drill import Drilled
from tocsin.insights.metric_charts import span_words
from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.text import whole_number
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.security import AnyRequest

WINDOWS = (3, 6, 12)
MOST_SHOWN = 50
SHOWN_TIMES = (DETECT, ACKNOWLEDGE, MITIGATE, RESOLVE)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An incident that was counted; `times` in the order of `SHOWN_TIMES`."""

    ref: str
    path: str
    incident: Drilled
    times: tuple[str, ...]


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """The filters of a page and their addresses; `cause` narrows the list of incidents alone."""

    path: str
    scene: Scene
    cause: str = ""
    windows: tuple[int, ...] = WINDOWS

    def address(self, **other: object) -> str:
        """This page, asked otherwise in what is named."""
        asked = self.scene.asked
        said = {
            "months": asked.months,
            "severity": asked.severity,
            "service": asked.service,
            "team": asked.team,
            "cause": self.cause,
            **other,
        }
        return f"{self.path}?" + urlencode({name: value for name, value in said.items() if value})

    @property
    def about(self) -> str:
        """`6 months, SEV-1, checkout`"""
        asked = self.scene.asked
        months = "1 month" if asked.months == 1 else f"{asked.months} months"
        return ", ".join(filter(None, (months, asked.severity, asked.service, asked.team and f"team {asked.team}")))


def read_asked(request: AnyRequest) -> Asked:
    """What the address says; a field that was left empty says nothing. Raises Invalid."""
    query = {name: value.strip() for name, value in request.query_params.items()}
    months = query.get("months") or str(USUAL_MONTHS)
    count = whole_number(months, 3)
    if count is None:
        raise Invalid(f"{months[:40]!r} is no number of months.", "Ask for 1 to 24.", field="months")
    return Asked(
        months=count,
        severity=query.get("severity", ""),
        service=query.get("service", ""),
        team=query.get("team", ""),
    )


def lines_of(incidents: Sequence[Drilled], mttr_from: str) -> tuple[Line, ...]:
    return tuple(_line(each, mttr_from) for each in incidents[:MOST_SHOWN])


def _line(incident: Drilled, mttr_from: str) -> Line:
    took = incident.took(mttr_from)
    spans = [getattr(took, measure) for measure in SHOWN_TIMES]
    return Line(
        ref=incident_ref(incident.number),
        path=incident_path(incident.number),
        incident=incident,
        times=tuple(span_words(None if span is None else span.total_seconds()) for span in spans),
    )
