"""The form of a silence: what is filled in, and what was sent made into a wish. Pure; local times are the viewer's."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tocsin.alerts.model import Alert
from tocsin.alerts.silencing import Silence, SilenceState, WantedSilence
from tocsin.kernel.durations import parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import instant_of, local_of
from tocsin.surfaces.web.matcher_lines import matchers_of, read_matchers, write_matchers

MORNING = "morning"
UNTIL = "until"

LENGTHS = (
    ("30m", "30 minutes"),
    ("1h", "1 hour"),
    ("2h", "2 hours"),
    ("4h", "4 hours"),
    ("8h", "8 hours"),
    (MORNING, "until 09:00 in the morning"),
    ("1d", "1 day"),
    ("3d", "3 days"),
    ("7d", "1 week"),
    (UNTIL, "until the time below"),
)
"""What may be chosen: a span from the beginning on, or a way to find the end."""

_LONGEST_COMMENT = 1_000
_LOCAL = "%Y-%m-%dT%H:%M"
_OFFICE_OPENS = time(9)


class SilenceForm(msgspec.Struct, frozen=True, kw_only=True):
    """The fields as they are shown: `begins` and `ends` are local times such as `2026-03-02T11:00`, or empty."""

    matchers: str = ""
    length: str = "2h"
    begins: str = ""
    ends: str = ""
    comment: str = ""


def blank_form(query: Mapping[str, str]) -> SilenceForm:
    """`match=` in the address fills it in, for links from dashboards."""
    return SilenceForm(matchers=query.get("match", "")[:4_000])


def form_for_alert(alert: Alert) -> SilenceForm:
    """Exactly this alert, by every label it has."""
    return SilenceForm(matchers=write_matchers(matchers_of(alert.labels)))


def form_of(silence: Silence, now: datetime, zone: ZoneInfo) -> SilenceForm:
    """To change it: the end as it is, the beginning only while it is still to come."""
    return SilenceForm(
        matchers=write_matchers(silence.matchers),
        length=UNTIL,
        begins=_written(silence.starts_at, zone) if silence.state_at(now) is SilenceState.PENDING else "",
        ends=_written(silence.ends_at, zone),
        comment=silence.comment,
    )


def sent_form(form: Mapping[str, str]) -> SilenceForm:
    """What was sent, to be shown again beside a refusal."""
    return msgspec.convert({name: form.get(name, "") for name in SilenceForm.__struct_fields__}, SilenceForm)


def wanted_silence(
    form: SilenceForm, by: str, now: datetime, zone: ZoneInfo, existing: Silence | None
) -> WantedSilence:
    """Raises Invalid that names the field. One that is active keeps its beginning."""
    matchers = read_matchers(form.matchers, field="matchers")
    if not matchers:
        raise Invalid("A silence has at least one matcher.", 'Write it as alertname="Slow".', field="matchers")
    if not form.comment.strip():
        raise Invalid("A silence has a comment.", "Say why; whoever wonders tonight will read it.", field="comment")
    if len(form.comment) > _LONGEST_COMMENT:
        raise Invalid("The comment is too long.", f"Use at most {_LONGEST_COMMENT} characters.", field="comment")
    starts_at = _begin(form, now, zone, existing)
    ends_at = _end(form, max(starts_at, now), zone)
    if ends_at <= max(starts_at, now):
        raise Invalid("It would end before it begins.", "Choose an end that is still to come.", field="ends")
    return WantedSilence(
        matchers=matchers,
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=by,
        comment=form.comment.strip(),
        id=existing.id if existing else None,
    )


def _begin(form: SilenceForm, now: datetime, zone: ZoneInfo, existing: Silence | None) -> datetime:
    if form.begins:
        return _instant(form.begins, zone, "begins")
    if existing is not None and existing.state_at(now) is SilenceState.ACTIVE:
        return existing.starts_at
    return now


def _end(form: SilenceForm, start: datetime, zone: ZoneInfo) -> datetime:
    if form.length == UNTIL:
        if not form.ends:
            raise Invalid("The time at which it ends is missing.", "Fill it in, or choose how long.", field="ends")
        return _instant(form.ends, zone, "ends")
    if form.length == MORNING:
        return next_morning(start, zone)
    if form.length not in dict(LENGTHS):
        raise Invalid("How long is not among the choices.", "Choose one.", field="length")
    return start + parse_duration(form.length, field="length")


def next_morning(start: datetime, zone: ZoneInfo) -> datetime:
    """The first 09:00 there after `start`."""
    local = local_of(start, zone)
    morning = datetime.combine(local.date(), _OFFICE_OPENS)
    return instant_of(morning if local < morning else morning + timedelta(days=1), zone)


def _instant(text: str, zone: ZoneInfo, field: str) -> datetime:
    try:
        local = datetime.fromisoformat(text)
        return instant_of(local.replace(tzinfo=None), zone)
    except (ValueError, OverflowError):
        raise Invalid(f"{text[:40]!r} is no time.", "Write it as 2026-03-02T09:00.", field=field) from None


def _written(at: datetime, zone: ZoneInfo) -> str:
    return f"{local_of(at, zone):{_LOCAL}}"
