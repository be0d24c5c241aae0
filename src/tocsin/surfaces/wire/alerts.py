"""Alerts on the wire: what fired, where it went, and the reason for it (ALR-8)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.alerts.model import Alert as StoredAlert
from tocsin.alerts.outcome import Reason as StoredReason
from tocsin.alerts.outcome import outcome_of
from tocsin.alerts.silencing import Silence as StoredSilence
from tocsin.surfaces.wire.body import Body


class Alert(msgspec.Struct, kw_only=True):
    """One firing period of one identity. `reason`: why it went where it went; `muted_reason`: why nobody is paged.

    `outcome` is the same in a word: paged, low-urgency, silenced, inhibited, maintenance, muted, held, dropped, unseen
    (over before anybody could be called) or waiting. `incident`: the one it went to.
    """

    id: int
    state: str
    title: str
    summary: str
    labels: dict[str, str]
    annotations: dict[str, str]
    url: str
    integration: str
    starts_at: datetime
    received_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    acknowledged_at: datetime | None
    repeat_count: int
    outcome: str
    incident: str | None
    disposition: str
    reason: str
    route: int | None
    service: str | None
    severity: str | None
    urgency: str
    policy: str | None
    muted_reason: str | None
    silenced_by: list[str]
    inhibited_by: list[int]
    flaps_since: datetime | None


class AlertStory(Alert, kw_only=True):
    """One alert with the sentences that say why it went where it went, and whether somebody was called."""

    story: list[str]


class AlertList(msgspec.Struct, kw_only=True):
    """A page of alerts, newest first; hand `next_cursor` back as `cursor` for the next, null at the end."""

    alerts: list[Alert]
    next_cursor: str | None


def alert(stored: StoredAlert, now: datetime, incident: str | None) -> Alert:
    """`now` decides whether a lease has run out meanwhile: such an alert is stale, not resolved (ALR-4)."""
    return Alert(
        id=stored.id,
        state=stored.state_at(now).value,
        title=stored.title,
        summary=stored.summary,
        labels=stored.labels,
        annotations=stored.annotations,
        url=stored.url,
        integration=stored.integration,
        starts_at=stored.starts_at,
        received_at=stored.received_at,
        last_seen_at=stored.last_seen_at,
        ended_at=stored.ended_at,
        ended_by=stored.ended_by.value if stored.ended_by else None,
        acknowledged_at=stored.acknowledged_at,
        repeat_count=stored.repeat_count,
        outcome=outcome_of(stored).value,
        incident=incident,
        disposition=stored.disposition.value,
        reason=stored.reason,
        route=stored.route,
        service=stored.service,
        severity=stored.severity,
        urgency=stored.urgency.value,
        policy=stored.policy,
        muted_reason=stored.muted_reason,
        silenced_by=list(stored.silenced_by),
        inhibited_by=list(stored.inhibited_by),
        flaps_since=stored.flaps_since,
    )


def alert_story(stored: StoredAlert, words: Sequence[str], now: datetime, incident: str | None) -> AlertStory:
    return AlertStory(**msgspec.structs.asdict(alert(stored, now, incident)), story=list(words))


class Reason(msgspec.Struct, kw_only=True):
    """Why alerts called nobody: how many, how many of them fire by their source's last word, and the newest."""

    outcome: str
    reason: str
    alerts: int
    firing: int
    latest: int


class ReasonList(msgspec.Struct, kw_only=True):
    """The most frequent first. `alerts` is how many called nobody in all."""

    since: datetime
    alerts: int
    reasons: list[Reason]


def reason_list(counted: Sequence[StoredReason], since: datetime) -> ReasonList:
    reasons = [
        Reason(
            outcome=each.outcome.value,
            reason=each.reason,
            alerts=each.alerts,
            firing=each.firing,
            latest=each.latest_id,
        )
        for each in counted
    ]
    return ReasonList(since=since, alerts=sum(each.alerts for each in counted), reasons=reasons)


class Silence(msgspec.Struct, kw_only=True):
    """What is kept from paging, from when until when, by whom and why; `state` is pending, active or expired."""

    id: str
    state: str
    matchers: list[str]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str


class SilenceList(msgspec.Struct, kw_only=True):
    silences: list[Silence]


class SilenceRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Matchers in Alertmanager's dialect, such as `job="checkout"`; all must match. It begins at once by default."""

    matchers: list[str]
    ends_at: datetime
    comment: str
    starts_at: datetime | None = None


class SilenceChange(Body, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    matchers: list[str] | None = None
    ends_at: datetime | None = None
    comment: str | None = None


def silence(stored: StoredSilence, now: datetime) -> Silence:
    return Silence(
        id=stored.id,
        state=stored.state_at(now).value,
        matchers=[str(each) for each in stored.matchers],
        starts_at=stored.starts_at,
        ends_at=stored.ends_at,
        created_by=stored.created_by,
        comment=stored.comment,
    )
