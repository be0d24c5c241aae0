"""What the timeline says about communication. Pure."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.comms.values import clock
from tocsin.incidents.sentences import full_stop, joined
from tocsin.kernel.text import one_line

_SHOWN = 300
_NAMED = 5


def posted(n: int, by: str, text: str, to: Sequence[str], next_update_at: datetime | None, now: datetime) -> str:
    """ "Update 3 by @alice: The rollback is under way. To bob and carol. The next one comes at 14:50 UTC."."""
    told = [*to[:_NAMED], f"{len(to) - _NAMED} others"] if len(to) > _NAMED + 1 else to
    sent = f" To {joined(told)}." if told else ""
    following = f" The next one comes at {clock(next_update_at, now)}." if next_update_at is not None else ""
    return f"Update {n} by {by}: {full_stop(one_line(text, _SHOWN))}{sent}{following}"


def overdue(n: int, due_at: datetime, now: datetime, reminded: str | None) -> str:
    """ "@alice is reminded of update 3, due since 14:50 UTC."; the room says beside it that it is overdue (GRD-1)."""
    what = f"of update {n}, due since {clock(due_at, now)}"
    return f"@{reminded} is reminded {what}." if reminded else f"Nobody holds a role who could be reminded {what}."


def wording_broken(template: str, problem: str) -> str:
    return (
        f"The template of {template} messages cannot be used, so this one went out as it ships. {full_stop(problem)} "
        "A manager mends it at Settings, Templates."
    )


def reminded(n: int, commander: str, communicator: str | None) -> str:
    """ "Update 3 is late although @bob was reminded, so @alice is told."."""
    why = f" although @{communicator} was reminded" if communicator else ""
    return f"Update {n} is late{why}, so @{commander} is told."
