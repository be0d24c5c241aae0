"""What an administrator reads when Tocsin itself is not well. Pure."""

from collections.abc import Sequence

from tocsin.auditor.model import Finding
from tocsin.auditor.rules import NAMED_AT_MOST
from tocsin.delivery.events import ContactBroken
from tocsin.delivery.model import Line, MessageView

WHY_YOU = "You are an administrator of this Tocsin."


def wrong(findings: Sequence[Finding]) -> MessageView:
    """What is wrong, and for each what to do; the first few are named."""
    named = findings[:NAMED_AT_MOST]
    lines = [Line("To do", f"{each.remedy}") for each in named]
    if len(findings) > len(named):
        lines.append(Line("And more", f"{len(findings) - len(named)}; tocsin admin doctor lists them all"))
    return MessageView(
        title="Tocsin itself is not well",
        what=" ".join(f"{each.sentence}." for each in named),
        why_you=WHY_YOU,
        lines=tuple(lines),
        url="/",
    )


def unreachable(event: ContactBroken) -> MessageView:
    """A person whose last way is dead; they hear of it from somebody, not from Tocsin."""
    return MessageView(
        title=f"{event.user_name} cannot be reached",
        what=f"{event.sentence} There is no other way to reach {event.user_name}: whoever pages them reaches nobody.",
        why_you=WHY_YOU,
        lines=(Line("To do", f"Give {event.user_name} a contact that works, or take them off their schedules."),),
        url="/",
    )


def mended(findings: Sequence[Finding], still: int) -> MessageView:
    """What is well again, and whether all is."""
    rest = f"{still} other findings remain." if still else "Nothing else is wrong."
    return MessageView(
        title="Tocsin itself is not well" if still else "Tocsin itself is well again",
        what="Mended: " + " ".join(f"{each.sentence}." for each in findings[:NAMED_AT_MOST]) + f" {rest}",
        why_you=WHY_YOU,
        url="/",
    )
