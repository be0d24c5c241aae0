"""Which of the alerts that fire now some matchers cover, and which one silence keeps quiet."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from tocsin.accounts.model import Viewer
from tocsin.alerts import reading
from tocsin.alerts.model import Alert, State
from tocsin.alerts.reading import AlertFilter
from tocsin.kernel.db import Conn
from tocsin.kernel.matchers import Matcher, matches_all
from tocsin.surfaces.web.pages.alerts.lines import alert_path

LOOKED_AT = 1_000
_LISTED = 10


class CoveredAlert(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    title: str
    labels: str
    has_paged: bool


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """`alerts` are the first of `count`; `fire` is how many were looked at, `is_cut`: more fire than that.

    `have_paged` of them belong to an incident already: a silence leaves that incident as it is.
    """

    count: int
    fire: int
    is_cut: bool
    have_paged: int
    alerts: tuple[CoveredAlert, ...]


async def list_firing(conn: Conn, viewer: Viewer) -> list[Alert]:
    """The latest of what fires now, as far as the viewer may read it."""
    return await reading.list_alerts(conn, viewer, AlertFilter(state=State.FIRING, limit=LOOKED_AT))


def covered_by(matchers: Sequence[Matcher], firing: Sequence[Alert]) -> Covered:
    """Without matchers nothing is covered."""
    return _covered([alert for alert in firing if matchers and matches_all(matchers, alert.labels)], firing)


def silenced_by(silence_id: str, firing: Sequence[Alert]) -> Covered:
    """What this silence keeps quiet at this moment."""
    return _covered([alert for alert in firing if _is_kept_quiet(alert, silence_id)], firing)


def count_by_silence(firing: Sequence[Alert]) -> Counter[str]:
    """How many alerts each silence keeps quiet, by its id."""
    return Counter(silence for alert in firing if alert.group_id is None for silence in alert.silenced_by)


def _is_kept_quiet(alert: Alert, silence_id: str) -> bool:
    return alert.group_id is None and silence_id in alert.silenced_by


def _covered(found: Sequence[Alert], firing: Sequence[Alert]) -> Covered:
    return Covered(
        count=len(found),
        fire=len(firing),
        is_cut=len(firing) == LOOKED_AT,
        have_paged=sum(alert.group_id is not None for alert in found),
        alerts=tuple(
            CoveredAlert(
                path=alert_path(alert.id),
                title=alert.title,
                labels=", ".join(
                    f"{name}={value}" for name, value in sorted(alert.labels.items()) if name != "alertname"
                ),
                has_paged=alert.group_id is not None,
            )
            for alert in found[:_LISTED]
        ),
    )
