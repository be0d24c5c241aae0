"""Which alerts are asked for: by state, service and matchers, counted by where they went, and one of those ways.

Matchers are decided here, by the very rule that silences use, so a search looks through the latest alerts only and
says through how many.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from tocsin.accounts.model import Viewer
from tocsin.alerts import reading
from tocsin.alerts.model import Alert, State
from tocsin.alerts.outcome import Outcome, count_outcomes, outcome_of
from tocsin.alerts.reading import AlertFilter
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.matchers import Matcher, matches_all
from tocsin.kernel.text import whole_number
from tocsin.surfaces.web.matcher_lines import read_matchers

LOOKED_THROUGH = 1_000
_A_PAGE = 50

_Word = TypeVar("_Word", Outcome, State)


class AlertSearch(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `before` is the id of the last alert of the page before."""

    went: Outcome | None = None
    state: State | None = None
    service: str = ""
    matchers: tuple[Matcher, ...] = ()
    before: int | None = None

    def wants(self, alert: Alert, now: datetime) -> bool:
        """Whether it belongs to the set that is counted; `went` picks from that set."""
        return (self.state is None or alert.state_at(now) is self.state) and matches_all(self.matchers, alert.labels)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """`counts` are of all that was found among `looked_through` alerts; `next_before` continues the list."""

    alerts: list[Alert]
    counts: dict[Outcome, int]
    looked_through: int
    next_before: int | None


def read_search(query: Mapping[str, str]) -> AlertSearch:
    """From the address; raises Invalid that names the field."""
    return AlertSearch(
        went=_one_of(Outcome, query.get("went", ""), "went"),
        state=_one_of(State, query.get("state", ""), "state"),
        service=query.get("service", "")[:200],
        matchers=read_matchers(query.get("match", "")),
        before=_cursor(query.get("before", "")),
    )


def _one_of(words: type[_Word], text: str, field: str) -> _Word | None:
    if not text:
        return None
    try:
        return words(text)
    except ValueError:
        known = ", ".join(words)
        raise Invalid(
            f"There is no such list of alerts: {field} {text[:40]!r}.", f"Use {known}.", field=field
        ) from None


def _cursor(text: str) -> int | None:
    number = whole_number(text)
    if text and number is None:
        raise Invalid("There is no such page of the list.", "Begin at /alerts.", field="before")
    return number


async def find_alerts(conn: Conn, viewer: Viewer, search: AlertSearch, now: datetime) -> Found:
    """Newest first, only what the viewer may read."""
    wanted = AlertFilter(
        state=State.FIRING if search.state is State.FIRING else None,
        service=search.service or None,
        before_id=search.before,
        limit=LOOKED_THROUGH,
    )
    looked = await reading.list_alerts(conn, viewer, wanted)
    found = [alert for alert in looked if search.wants(alert, now)]
    listed = [alert for alert in found if search.went is None or outcome_of(alert) is search.went]
    shown = listed[:_A_PAGE]
    return Found(
        alerts=shown,
        counts=count_outcomes(found),
        looked_through=len(looked),
        next_before=_next_before(shown, len(listed), looked),
    )


def _next_before(shown: list[Alert], listed: int, looked: list[Alert]) -> int | None:
    """After the last one shown; when all were shown, where the looking ended, if it ended before the oldest."""
    if listed > len(shown):
        return shown[-1].id
    return looked[-1].id if len(looked) == LOOKED_THROUGH else None
