"""What a lead or an administrator reads when the checker of schedules has found something new. Pure."""

from collections.abc import Sequence

from tocsin.delivery.model import Line, MessageView
from tocsin.oncall.findings import MEANINGS, Finding
from tocsin.oncall.nightly import matters

WHY_YOU = "You lead a team whose schedules are checked, or you are an administrator."
NAMED_AT_MOST = 6


def broken(found: Sequence[Finding]) -> MessageView:
    """Each matter with its first time and what to do; the first few are named."""
    groups = matters(found)
    lines: list[Line] = []
    for group in groups[:NAMED_AT_MOST]:
        first, more = group[0], len(group) - 1
        again = f" – and {more} more time{'s' if more > 1 else ''}" if more else ""
        lines.append(Line(_capital(MEANINGS[first.rule].broken), f"{first.sentence}{again}"))
        lines.append(Line("To do", first.remedy))
    if len(groups) > NAMED_AT_MOST:
        lines.append(Line("And more", f"{len(groups) - NAMED_AT_MOST}; tocsin oncall check lists them all"))
    first = groups[0][0]
    title = MEANINGS[first.rule].broken if len(groups) == 1 else f"{len(groups)} things do not hold"
    return MessageView(
        title=f"On-call, coming weeks: {title}",
        what="The nightly look at the schedules has found something new.",
        why_you=WHY_YOU,
        lines=tuple(lines),
        url="/oncall",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
