"""Every measure with its name, words, formula and unit: what the screen says beside a number (MET-1). Pure.

The times of one incident are defined beneath, where other parts read them too.
"""

from collections.abc import Mapping

from tocsin.incidents import measures
from tocsin.incidents.measures import Definition

SECONDS, COUNT, A_WEEK, PERCENT, A_PERSON = "seconds", "count", "per week", "percent", "per person"

BETWEEN, INCIDENTS, FREQUENCY = "between", "incidents", "frequency"
POSTMORTEMS, ACTIONS, UPDATES = "postmortems", "actions", "updates"
PAGES, NIGHT_PAGES, NOISE = "pages", "night_pages", "noise"

TIMES: tuple[str, ...] = tuple(measures.DEFINITIONS)
"""The times of one incident, in the order in which they are shown."""

_OTHERS: Mapping[str, Definition] = {
    BETWEEN: Definition(
        "MTBF",
        "time between failures: from the start of one incident of a service to the start of its next",
        "impact started − impact started of the incident before, of the same service and group",
        "incidents without a known start or without a service",
    ),
    INCIDENTS: Definition(
        "incidents", "how many there were", "number of incidents that were detected in the period", "nothing"
    ),
    FREQUENCY: Definition("frequency", "how often there was one", "incidents ÷ weeks of the period", "nothing"),
    POSTMORTEMS: Definition(
        "postmortems in time",
        "how many postmortems were published by the date that the level asks for",
        "published in time ÷ those whose date has come × 100",
        "incidents that need no postmortem, or whose date has not come",
    ),
    ACTIONS: Definition(
        "action items done",
        "how much of what was agreed on is done by its day",
        "done ÷ (done + open ones whose day has come) × 100; dropped ones do not count",
        "incidents without an action item that is done or due",
    ),
    UPDATES: Definition(
        "updates in time",
        "how many promised updates came by their time",
        "next update written, or incident resolved, by the time that an update named ÷ times named × 100",
        "incidents without an update that names the time of the next",
    ),
    PAGES: Definition(
        "pages per person",
        "how often each person who was called was called",
        "pages of high urgency ÷ people who got one",
        "incidents that paged nobody",
    ),
    NIGHT_PAGES: Definition(
        "night pages",
        "how many pages woke somebody",
        "pages of high urgency at night, on the clock of whom they reached",
        "incidents that paged nobody",
    ),
    NOISE: Definition(
        "alert noise",
        "how many pages were for nothing",
        "pages marked not actionable ÷ pages marked either way × 100",
        "incidents of whose pages nobody said whether there was something to do",
    ),
}

DEFINITIONS: Mapping[str, Definition] = {**measures.DEFINITIONS, **_OTHERS}
"""By measure, in the order in which they are shown."""

UNITS: Mapping[str, str] = {
    **dict.fromkeys((*TIMES, BETWEEN), SECONDS),
    INCIDENTS: COUNT,
    FREQUENCY: A_WEEK,
    POSTMORTEMS: PERCENT,
    ACTIONS: PERCENT,
    UPDATES: PERCENT,
    PAGES: A_PERSON,
    NIGHT_PAGES: COUNT,
    NOISE: PERCENT,
}


def definition(measure: str, mttr_from: str) -> Definition:
    """As the severity profile counts it."""
    return measures.definition(measure, mttr_from) if measure in TIMES else DEFINITIONS[measure]
