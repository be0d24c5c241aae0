"""`POST /api/v2/alerts` as Alertmanager 0.25 reads it: a JSON array of alerts → signals and its own answer
(contracts 1.1).

One bad alert never takes the good ones with it, although Alertmanager does so for errors of JSON type: Prometheus
never retries.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec

from tocsin.alerts.model import Says, Signal, identity_of
from tocsin.integrations.sources.contract import (
    MAX_LABEL_SET,
    MAX_LABELS,
    REMEMBERED,
    Answer,
    Delivered,
    Parsed,
    has_nul,
    instant,
    json_answer,
    length_of,
    title_from,
    web_url,
)
from tocsin.integrations.sources.prometheus.unmarshal import PostableAlert, Refusal, unmarshal
from tocsin.kernel.matchers import is_label_name

RESOLVE_TIMEOUT = timedelta(minutes=5)
_MEDIA_TYPE = "application/json"
_URI = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|/)[^\x00-\x1f\x7f]*")
_UTF8_NAMES = re.compile(r"Prometheus/(?:[3-9]|\d\d)")
_EMPTY: dict[str, str] = {}
_known_names: set[str] = set()
_KNOWN_NAMES_CAP = 10_000


class _Checks(NamedTuple):
    """What each alert of a body has to be looked at for; most bodies need none of it."""

    utf8_names: bool
    look_for_nul: bool
    look_at_length: bool


def parse(delivered: Delivered) -> Parsed:
    refused = _refuse_transport(delivered)
    if refused is not None:
        return Parsed(answer=refused)
    alerts = unmarshal(delivered.body)
    if isinstance(alerts, Refusal):
        return Parsed(answer=answer_refusals([alerts]))
    signals: list[Signal] = []
    refusals: list[Refusal] = []
    checks = _Checks(
        utf8_names=_UTF8_NAMES.match(delivered.user_agent) is not None,
        look_for_nul=has_nul(delivered.body),
        look_at_length=len(delivered.body) > MAX_LABEL_SET,
    )
    for index, alert in enumerate(alerts):
        made = alert if isinstance(alert, Refusal) else read_alert(index, alert, checks)
        if isinstance(made, Signal):
            signals.append(made)
        else:
            refusals.append(made)
    return Parsed(signals=signals, answer=answer_refusals(refusals))


def read_alert(index: int, alert: PostableAlert, checks: _Checks) -> Signal | Refusal:
    """One alert → its signal, or the refusal in Alertmanager's order of checks."""
    labels = alert.labels
    if labels is None:
        return Refusal(422, f"{index}.labels in body is required", code=602)
    if alert.generatorURL and not _is_uri(alert.generatorURL):
        return Refusal(422, f'{index}.generatorURL in body must be of type uri: "{alert.generatorURL}"', code=601)
    starts_at, ends_at = instant(alert.startsAt), instant(alert.endsAt)
    if starts_at is not None and ends_at is not None and ends_at < starts_at:
        return Refusal(400, "start time must be before end time")
    if "" in labels.values():
        labels = {name: value for name, value in labels.items() if value}
    annotations = alert.annotations or _EMPTY
    wrong = _check_sets(labels, annotations, checks)
    if wrong is not None:
        return Refusal(400, wrong)
    return _signal(alert, labels, annotations, starts_at, ends_at)


def _signal(
    alert: PostableAlert,
    labels: dict[str, str],
    annotations: dict[str, str],
    starts_at: datetime | None,
    ends_at: datetime | None,
) -> Signal:
    return Signal(
        identity=identity_of(labels),
        says=Says.FIRING,
        labels=labels,
        annotations=annotations,
        title=title_from(labels, annotations),
        url=web_url(alert.generatorURL),
        severity_hint=labels.get("severity", ""),
        group_hint=labels.get("alertname", ""),
        starts_at=starts_at,
        ends_at=ends_at,
        timeout=RESOLVE_TIMEOUT,
    )


def _check_sets(labels: dict[str, str], annotations: dict[str, str], checks: _Checks) -> str | None:
    bad = _bad_name(labels, checks.utf8_names)
    if bad is not None:
        return f"invalid label set: invalid name {_quoted(bad)}"
    if not labels:
        return "at least one label pair required"
    if len(labels) > MAX_LABELS or len(annotations) > MAX_LABELS:
        return f"invalid label set: more than {MAX_LABELS} labels or annotations; drop some with alert_relabel_configs"
    if checks.look_at_length and length_of(labels) > MAX_LABEL_SET:
        return f"invalid label set: longer than {MAX_LABEL_SET} characters; move long texts to annotations"
    bad = _bad_name(annotations, checks.utf8_names)
    if bad is not None:
        return f"invalid annotations: invalid name {_quoted(bad)}"
    if checks.look_for_nul:
        for name, value in (*labels.items(), *annotations.items()):
            if "\0" in name or "\0" in value:
                return f"invalid label set: {_quoted(name)} holds the NUL character (\\u0000); remove it at the source"
    return None


def _is_uri(text: str) -> bool:
    return _remembered_uri(text) if len(text) <= REMEMBERED else _URI.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _remembered_uri(text: str) -> bool:
    return _URI.fullmatch(text) is not None


def _bad_name(pairs: dict[str, str], utf8: bool) -> str | None:
    """The first name that is none. Names repeat from alert to alert, so the good ones are remembered."""
    if pairs.keys() <= _known_names:
        return None
    for name in sorted(pairs):
        if name in _known_names:
            continue
        if not is_label_name(name):
            if utf8 and name:
                continue
            return name
        if len(_known_names) < _KNOWN_NAMES_CAP and len(name) <= REMEMBERED:
            _known_names.add(name)
    return None


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _refuse_transport(delivered: Delivered) -> Answer | None:
    if not delivered.body:
        return answer_refusals([Refusal(422, "alerts in body is required", code=602)])
    return refuse_media_type(delivered.content_type)


def refuse_media_type(content_type: str | None) -> Answer | None:
    """Alertmanager takes application/json only, parameters allowed."""
    media_type = (content_type or "application/octet-stream").partition(";")[0].strip()
    if media_type.lower() == _MEDIA_TYPE:
        return None
    return refuse(415, f'unsupported media type "{media_type}", only [{_MEDIA_TYPE}] are allowed')


def answer_refusals(refusals: list[Refusal]) -> Answer:
    """What Alertmanager would say: errors of form first, then of schema, then of meaning, these all in one text."""
    if not refusals:
        return Answer(status=200, content_type="")
    for refusal in sorted(refusals, key=lambda refusal: (refusal.code is None, refusal.code != 400)):
        if refusal.code is not None:
            return json_answer(refusal.status, {"code": refusal.code, "message": refusal.message})
    return semantic_refusal(400, "; ".join(refusal.message for refusal in refusals[:20]))


def semantic_refusal(status: int, message: str) -> Answer:
    """Alertmanager's own errors are a bare JSON string and a newline."""
    return Answer(status=status, body=msgspec.json.encode(message) + b"\n")


def refuse(status: int, message: str) -> Answer:
    """Errors of go-openapi: an object with code and message."""
    return json_answer(status, {"code": status, "message": message})
