"""The form of a silence: what is filled in, and what was sent made into a wish. Pure."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from tocsin.alerts.model import Alert
from tocsin.alerts.silencing import Silence, SilenceState, WantedSilence
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.matcher_lines import LONGEST, matchers_of, read_matchers, write_matchers
from tocsin.surfaces.web.spans import UNTIL, Span, read_span, sent_span, write_local

_LONGEST_COMMENT = 1_000


class SilenceForm(msgspec.Struct, frozen=True, kw_only=True):
    """The fields as they are shown."""

    matchers: str = ""
    span: Span = Span()
    comment: str = ""


def blank_form(query: Mapping[str, str]) -> SilenceForm:
    """`match=` in the address fills it in, for links from dashboards."""
    return SilenceForm(matchers=query.get("match", "")[:LONGEST])


def form_for_alert(alert: Alert) -> SilenceForm:
    """Exactly this alert, by every label it has."""
    return SilenceForm(matchers=write_matchers(matchers_of(alert.labels)))


def form_of(silence: Silence, now: datetime, zone: ZoneInfo) -> SilenceForm:
    """To change it: the end as it is, the beginning only while it is still to come."""
    is_to_come = silence.state_at(now) is SilenceState.PENDING
    begins = write_local(silence.starts_at, zone) if is_to_come else ""
    return SilenceForm(
        matchers=write_matchers(silence.matchers),
        span=Span(length=UNTIL, begins=begins, ends=write_local(silence.ends_at, zone)),
        comment=silence.comment,
    )


def sent_form(form: Mapping[str, str]) -> SilenceForm:
    """What was sent, to be shown again beside a refusal."""
    return SilenceForm(matchers=form.get("matchers", ""), span=sent_span(form), comment=form.get("comment", ""))


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
    is_active = existing is not None and existing.state_at(now) is SilenceState.ACTIVE
    begun = existing.starts_at if existing is not None and is_active else None
    starts_at, ends_at = read_span(form.span, now, zone, begun=begun)
    return WantedSilence(
        matchers=matchers,
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=by,
        comment=form.comment.strip(),
        id=existing.id if existing else None,
    )
