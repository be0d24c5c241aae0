"""Makes `docs/reference/metrics.md` from the definitions that the screen shows beside each number."""

from tocsin.incidents.measures import DETECTED, STARTED
from tocsin.insights.metric_definitions import DEFINITIONS, TIMES, UNITS, definition
from tocsin.insights.metric_model import Dimension

PAGE = """\
# The metrics of incidents

*Made from the program by `make docs`; do not edit.*

`tocsin metrics`, `GET /api/v1/metrics`, the pages and the reports say the same, since they read these definitions. How
to ask: [read the metrics](../howto/metrics.md). What the product says of itself to Prometheus is
[another page](prometheus.md).

## What counts

- An incident belongs to the period in which it was **detected**.
- **Drills never count.** What was merged counts as the incident that it was merged into.
- **Private incidents** count for their members alone: two people may read different totals.
- An incident of **two services** counts in both when figures are grouped by service or team; how many were counted
  again is said beside the groups (`counted_again`), and without them the groups add up to the whole.
- A time needs two instants of an incident. An incident that lacks one of them, or whose instants contradict each other,
  is **left out of that time alone**, and counted as left out with the reason.
- Beside each value stands **n**, how many incidents are behind it – for MTBF how many times between two incidents –,
  and where there is one the value of the period before, of the same length.
- A time has a mean, a median and a 90th percentile (between two values in proportion, as PostgreSQL's
  `percentile_cont`). Its target is that of the level in the active severity profile; for groups of several levels it is
  said how many incidents stayed within the target of their own.
- Weekdays, hours, weeks and months are those of the organisation's zone.

"""


def render_metrics() -> str:
    """The page: what counts, then each measure with its formula."""
    lines = [PAGE + "## Measures\n\n| measure | name | formula | unit | left out |\n| --- | --- | --- | --- | --- |"]
    for measure, said in DEFINITIONS.items():
        cells = (f"`{measure}`", f"**{said.name}**, {said.words}", _formula(measure), UNITS[measure], said.left_out)
        lines.append(f"| {' | '.join(cells)} |")
    lines.append("\n## Groups\n\nOne, or two together, of " + ", ".join(f"`{each}`" for each in Dimension) + ".")
    lines.append("A time between two incidents is not grouped by the calendar, and a frequency not by week or month.\n")
    return "\n".join(lines)


def _formula(measure: str) -> str:
    """Both of MTTR: the severity profile says which (`mttr_from`)."""
    formulas = {mttr_from: definition(measure, mttr_from).formula for mttr_from in (STARTED, DETECTED)}
    if measure not in TIMES or len(set(formulas.values())) == 1:
        return formulas[STARTED]
    return "; ".join(f"`mttr_from: {mttr_from}`: {formula}" for mttr_from, formula in formulas.items())
