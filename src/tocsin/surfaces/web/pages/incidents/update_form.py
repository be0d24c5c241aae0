"""The form of an update: what it is filled in with, and what it means once it is sent. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.comms.model import Audience, Update, UpdateDraft
from tocsin.comms.updates import MAX_LINE, MAX_LINES, read_audience
from tocsin.incidents.model import Incident
from tocsin.incidents.task_model import Task, TaskState
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import shorten
from tocsin.mitigation.model import Mitigation

MINUTES = (15, 30, 60, 120, 240)
"""What may be chosen for the ETA and for the next update."""

_LISTS = ("done", "under_way", "planned")


class UpdateForm(msgspec.Struct, frozen=True, kw_only=True):
    """As it is typed: lists have one line each, `eta` and `next` are minutes from now, empty: unknown, and as the
    cadence has it.
    """

    text: str = ""
    done: str = ""
    under_way: str = ""
    planned: str = ""
    root_cause: str = ""
    eta: str = ""
    next: str = ""
    only_room: bool = False


def prefilled(
    incident: Incident, mitigations: Sequence[Mitigation], tasks: Sequence[Task], last: Update | None
) -> UpdateForm:
    """From what the records and the last update know; of what is done, what came since then (WAR-5)."""
    since = last.at if last is not None else None
    ended = [each for each in mitigations if each.ended_at is not None and (since is None or each.ended_at > since)]
    finished = [
        each.text for each in tasks if each.state is TaskState.DONE and (since is None or each.changed_at > since)
    ]
    tried = [f"{each.what}: {each.result.words}" if each.result else each.what for each in ended]
    running = [each.what for each in mitigations if each.runs]
    return UpdateForm(
        done=_joined(*tried, *finished),
        under_way=_joined(*running, *(each.text for each in tasks if each.state is TaskState.UNDER_WAY)),
        planned=_joined(*(each.text for each in tasks if each.state is TaskState.PLANNED)),
        root_cause=incident.root_cause or (last.root_cause if last is not None else None) or "",
    )


def _joined(*lines: str) -> str:
    return "\n".join(shorten(" ".join(line.split()), MAX_LINE) for line in lines[:MAX_LINES])


def sent(form: Mapping[str, str]) -> UpdateForm:
    """What was sent, to be shown again beside a refusal or a preview."""
    given = {name: form.get(name, "").replace("\r\n", "\n") for name in ("text", *_LISTS, "root_cause", "eta", "next")}
    return UpdateForm(**given, only_room=form.get("audience") == Audience.ROOM)


def draft_of(form: UpdateForm, now: datetime) -> UpdateDraft:
    """Raises Invalid that names the field."""
    return UpdateDraft(
        text=form.text.strip(),
        done=_lines(form.done),
        under_way=_lines(form.under_way),
        planned=_lines(form.planned),
        root_cause=form.root_cause.strip() or None,
        eta=_minutes_ahead(form.eta, now, "eta"),
        next_update_at=_minutes_ahead(form.next, now, "next"),
        audience=read_audience([Audience.ROOM] if form.only_room else []),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _minutes_ahead(minutes: str, now: datetime, field: str) -> datetime | None:
    if not minutes:
        return None
    if minutes not in {str(each) for each in MINUTES}:
        raise Invalid("That is not among the choices.", "Choose one.", field=field)
    return now + timedelta(minutes=int(minutes))
