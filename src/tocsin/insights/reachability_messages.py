"""What people read about tests of their ways. Pure."""

from __future__ import annotations

from datetime import datetime

from tocsin.delivery.model import MessageView
from tocsin.kernel.localtime import moment, zone_of

PAGE = "/oncall/reachability"


def question(answer_by: datetime, time_zone: str) -> str:
    """What the test itself says."""
    return (
        "This is the regular test whether a page would reach you. Answer it with one tap; nothing is wrong. Without an "
        f"answer by {moment(answer_by, zone_of(time_zone))} this way counts as unproven."
    )


def reminder(kind: str, answer_by: datetime, time_zone: str) -> MessageView:
    """By the person's ways for what is not urgent: the question itself may not have arrived."""
    return MessageView(
        title=f"A test by {kind} waits for your answer",
        what=(
            f"Open it and answer with one tap, by {moment(answer_by, zone_of(time_zone))}. Has it not arrived? Then a "
            f"page by {kind} would not have arrived either: check the contact, and send yourself another test."
        ),
        url="/me/notifications",
    )


def missed(kind: str, schedules: tuple[str, ...]) -> MessageView:
    """A question has run out."""
    shown = f" {', '.join(schedules)} shows it." if schedules else ""
    return MessageView(
        title=f"You have not answered the test by {kind}",
        what=(
            f"Nobody knows whether a page by {kind} would reach you.{shown} Check the contact, send yourself a test "
            "and answer it: then it is proven again."
        ),
        url="/me/notifications",
    )
