"""A plan as plain lines for a terminal, a mail or a log: what changes first, then what to mind. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from tocsin.config.document import Notice
from tocsin.config.model import Action, Breakage, Change, Coverage, Plan, Unpaged
from tocsin.kernel.localtime import moment, zone_of

_SIGNS = {
    Action.CREATED: "+",
    Action.ENABLED: "+",
    Action.CHANGED: "~",
    Action.REMOVED: "-",
    Action.DISABLED: "-",
}
MAX_GAPS = 3


def plan_lines(plan: Plan) -> list[str]:
    """The whole plan; the last line is its summary."""
    if plan.errors:
        return [*(str(problem) for problem in plan.errors), f"{plan.summary}."]
    lines = [line for change in plan.changes for line in _change(change)]
    lines += _section("On call", [line for one in plan.coverage for line in _coverage(one)])
    lines += _section("Nobody is paged", list(_unpaged(plan.unpaged)))
    lines += _section("On-call does not hold", list(_breakage(plan.breakage)))
    lines += _section("Please note", [_notice(one) for one in plan.warnings])
    lines += _section("Kept, not in effect yet", [_notice(one) for one in plan.not_in_effect])
    return [*lines, *([""] if lines else []), f"{', '.join(plan.files)}: {plan.summary}."]


def _change(change: Change) -> Iterator[str]:
    yield f"{_SIGNS[change.action]} {change.sentence}"
    for field in change.fields:
        if field.before is None:
            yield f"    {field.path}: {field.after} (new)"
        elif field.after is None:
            yield f"    {field.path}: {field.before} (gone)"
        else:
            yield f"    {field.path}: {field.before} → {field.after}"


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", f"{title}:", *(f"  {line}" for line in lines)] if lines else []


def _notice(notice: Notice) -> str:
    where = f"{notice.file}:{notice.line}" if notice.line else notice.file
    return f"{where}{f' {notice.path}' if notice.path else ''}: {notice.message}"


def _coverage(one: Coverage) -> Iterator[str]:
    who = ", ".join(one.users) or "nobody"
    until = f" until {shown(one.until, one.time_zone)}" if one.until is not None else ""
    gap = f", then nobody until {shown(one.next_at, one.time_zone)}" if one.gap_at and one.next_at else ""
    then = f", then {', '.join(one.next_users)}" if one.next_users else ""
    yield f"{one.schedule}: {who}{until}{gap}{then}"


def _breakage(found: Sequence[Breakage]) -> Iterator[str]:
    """What this document breaks, each with its place and what to do; what recurs a few times; the rest is counted."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[Breakage]] = {}
    for each in found:
        if each.is_new:
            groups.setdefault((each.rule, each.schedule, each.people), []).append(each)
    for group in groups.values():
        first = group[0]
        where = f"{first.file}:{first.line} {first.path}: " if first.file else ""
        yield from (f"! {where}after this, {each.sentence}" for each in group[:MAX_GAPS])
        if len(group) > MAX_GAPS:
            yield f"  and {len(group) - MAX_GAPS} more such times"
        yield f"  {first.remedy}"
    known = sum(not each.is_new for each in found)
    if known:
        yield f"{known} more {'is' if known == 1 else 'are'} as before: tocsin oncall check"


def _unpaged(gaps: Sequence[Unpaged]) -> Iterator[str]:
    """What this document causes first, then what is so already; of each policy the next few."""
    ordered = sorted(gaps, key=lambda gap: (not gap.is_new, gap.policy, gap.starts_at))
    for (policy, new), found in groupby(ordered, key=lambda gap: (gap.policy, gap.is_new)):
        of_policy = list(found)
        yield from (f"{'! ' if new else ''}{gap.sentence}" for gap in of_policy[:MAX_GAPS])
        if len(of_policy) > MAX_GAPS:
            yield f"{policy}: and {len(of_policy) - MAX_GAPS} more such times in two weeks"


def shown(at: datetime, zone: str) -> str:
    """ "Sun 2026-03-29 02:00 CET"."""
    return moment(at, zone_of(zone))
