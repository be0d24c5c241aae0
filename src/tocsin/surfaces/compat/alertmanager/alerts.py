"""`/alerts`, `/alerts/groups`, `/receivers`: what fires, in Alertmanager's shape. A receiver is the service that an
alert goes to."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tocsin.alerts import reading, rulebook
from tocsin.alerts.model import Alert, Disposition, State
from tocsin.alerts.silences import list_silences as list_stored_silences
from tocsin.alerts.silencing import Causes, Inhibition, Silence, silenced_by
from tocsin.integrations.sources.contract import Answer
from tocsin.integrations.sources.prometheus.parse import refuse, semantic_refusal
from tocsin.kernel.errors import Invalid
from tocsin.kernel.matchers import Expression, Matcher, compile_anchored, matches_all, parse_matcher
from tocsin.surfaces.compat.alertmanager.call import Call, success, wire_time

_LIMIT = 20_000
_CHUNK = 200
_NO_LEASE = timedelta(minutes=5)
UNROUTED = "none"


class Shown(NamedTuple):
    """A firing alert and what mutes it at this moment."""

    alert: Alert
    fingerprint: str
    receiver: str
    silences: list[str]
    inhibitors: list[str]

    @property
    def is_muted(self) -> bool:
        return bool(self.silences or self.inhibitors)


async def list_alerts(call: Call) -> Answer:
    chosen = await _choose(call)
    if isinstance(chosen, Answer):
        return chosen
    return success([_gettable(shown, call.db.clock.now()) for shown in chosen])


async def list_groups(call: Call) -> Answer:
    """The firing alerts by receiver and group labels; labels that an alert does not have are left out."""
    chosen = await _choose(call)
    if isinstance(chosen, Answer):
        return chosen
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[dict[str, Any]]] = {}
    for shown in chosen:
        labels = tuple(sorted((name, value) for name, value in shown.alert.group_labels.items() if value))
        groups.setdefault((shown.receiver, labels), []).append(_gettable(shown, call.db.clock.now()))
    ordered = sorted(groups.items(), key=lambda item: (len(item[0][1]), item[0][1], item[0][0]))
    content: list[dict[str, Any]] = [
        {"alerts": alerts, "labels": dict(labels), "receiver": {"name": name}} for (name, labels), alerts in ordered
    ]
    return success(content)


async def list_receivers(call: Call) -> Answer:
    return success([{"name": name} for name in receiver_names(call)])


def receiver_names(call: Call) -> list[str]:
    return call.rulebook.service_names() or [UNROUTED]


async def refuse_post(_call: Call) -> Answer:
    """Only its name in the list of methods is needed: the fast path takes every POST before this surface."""
    return refuse(503, "alerts are taken by the intake, which is not in front of this application")


async def _choose(call: Call) -> list[Shown] | Answer:
    """The alerts that the parameters ask for, by fingerprint; or the refusal of a bad parameter."""
    try:
        matchers = [parse_matcher(text) for text in call.values("filter")]
    except Invalid as error:
        return semantic_refusal(400, error.message)
    try:
        receiver = _receiver_of(call)
    except Invalid as error:
        return semantic_refusal(400, f"failed to parse receiver param: {error.message}")
    shown = [each for each in await _show_firing(call) if _is_wanted(each, call, matchers, receiver)]
    return sorted(shown, key=lambda each: each.fingerprint)


def _receiver_of(call: Call) -> Expression | None:
    pattern = call.value("receiver")
    return compile_anchored(f"^(?:{pattern})$") if pattern else None


def _is_wanted(shown: Shown, call: Call, matchers: Sequence[Matcher], receiver: Expression | None) -> bool:
    if receiver is not None and receiver.fullmatch(shown.receiver) is None:
        return False
    if not matches_all(matchers, shown.alert.labels):
        return False
    if not call.flag("active") and not shown.is_muted:
        return False
    if not call.flag("silenced") and shown.silences:
        return False
    return call.flag("inhibited") or not shown.inhibitors


async def _show_firing(call: Call) -> list[Shown]:
    """Silences and inhibitions are looked at anew, as Alertmanager does: an alert that was silenced after it had
    paged is
    shown as suppressed. Fingerprints are slow in Python, so others get their turn between chunks.
    """
    now, caller = call.db.clock.now(), call.caller
    async with call.db.connection() as conn:
        alerts = await reading.list_firing(conn, caller.scopes, caller.integration, _LIMIT)
        silences = await list_stored_silences(conn, caller.integration_id, now)
        inhibitions = await rulebook.load_inhibitions(conn)
    live = [alert for alert in alerts if alert.state_at(now) is State.FIRING]
    causes = [_causes_of(rule, live) for rule in inhibitions]
    by_id = {alert.id: alert for alert in live}
    shown: list[Shown] = []
    for start in range(0, len(live), _CHUNK):
        chunk = live[start : start + _CHUNK]
        shown += [_show(alert, silences, causes, by_id, now) for alert in chunk]
        await asyncio.sleep(0)
    return shown


def _causes_of(rule: Inhibition, live: Sequence[Alert]) -> Causes[str]:
    """By fingerprint, which is worth computing for sources only."""
    causes: Causes[str] = Causes(rule)
    for alert in live:
        if rule.is_source(alert.labels):
            causes.note(alert.labels, alert.fingerprint)
    return causes


def _show(
    alert: Alert,
    silences: Sequence[Silence],
    causes: Sequence[Causes[str]],
    live: Mapping[int, Alert],
    now: datetime,
) -> Shown:
    """By rule, and by what was found when it was muted: causes on services that its own depends on."""
    found = [cause for known in causes for cause in known.find(alert.labels)]
    found += [live[cause].fingerprint for cause in alert.inhibited_by if cause in live]
    dropped = alert.disposition is Disposition.DROPPED
    return Shown(
        alert=alert,
        fingerprint=alert.fingerprint,
        receiver=UNROUTED if dropped or alert.service is None else alert.service,
        silences=[silence.id for silence in silenced_by(silences, alert.labels, alert.integration_id, now)],
        inhibitors=list(dict.fromkeys(found)),
    )


def _gettable(shown: Shown, now: datetime) -> dict[str, Any]:
    alert = shown.alert
    fields: dict[str, Any] = {
        "annotations": alert.annotations,
        "endsAt": wire_time(alert.lease_until or now + _NO_LEASE),
        "fingerprint": shown.fingerprint,
        "receivers": [{"name": shown.receiver}],
        "startsAt": wire_time(alert.starts_at),
        "status": {
            "inhibitedBy": shown.inhibitors,
            "silencedBy": shown.silences,
            "mutedBy": [],  # newer clients require it, 0.25 ignores it
            "state": "suppressed" if shown.is_muted else "active",
        },
        "updatedAt": wire_time(alert.last_seen_at),
        "labels": alert.labels,
    }
    if alert.url:
        fields["generatorURL"] = alert.url
    return fields
