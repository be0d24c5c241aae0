"""Updates on the wire: what was said about an incident, what would be, and when the next word is due (COM-1, COM-2)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.comms.model import Preview as StoredPreview
from tocsin.comms.model import Update as StoredUpdate
from tocsin.delivery.wording import addressed
from tocsin.surfaces.wire.body import Body


class Update(msgspec.Struct, kw_only=True):
    """One update. `n` counts within the incident; `eta` null: unknown; `next_update_at` null: none is due any more;
    `subject` and `body` are as they were sent.
    """

    n: int
    at: datetime
    by: str
    text: str
    done: list[str]
    under_way: list[str]
    planned: list[str]
    root_cause: str | None
    eta: datetime | None
    next_update_at: datetime | None
    status: str
    severity: str | None
    commander: str | None
    audience: list[str]
    subject: str
    body: str


class UpdateList(msgspec.Struct, kw_only=True):
    """The updates of one incident, oldest first; `next_update_at` null: none is due; `overdue` were not in time."""

    incident: str
    updates: list[Update]
    next_update_at: datetime | None
    overdue: int


class UpdateRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Only `text` is needed. Without `root_cause` and `eta` those of the incident count, without `next_update_at` the
    cadence of the level sets it, without `audience` everybody inside is told.
    """

    text: str
    done: list[str] = msgspec.field(default_factory=list[str])
    under_way: list[str] = msgspec.field(default_factory=list[str])
    planned: list[str] = msgspec.field(default_factory=list[str])
    root_cause: str | None = None
    eta: datetime | None = None
    next_update_at: datetime | None = None
    audience: list[str] = msgspec.field(default_factory=list[str])


class UpdatePreview(msgspec.Struct, kw_only=True):
    """What would be sent as the `n`th update, to whom, and to which addresses of the announce channel. `problem`: why
    the template was not used, else empty.
    """

    n: int
    subject: str
    body: str
    next_update_at: datetime | None
    people: list[str]
    announced_to: list[str]
    problem: str


def update(stored: StoredUpdate, public_url: str) -> Update:
    return Update(
        n=stored.n,
        at=stored.at,
        by=stored.by,
        text=stored.text,
        done=list(stored.done),
        under_way=list(stored.under_way),
        planned=list(stored.planned),
        root_cause=stored.root_cause,
        eta=stored.eta,
        next_update_at=stored.next_update_at,
        status=stored.status,
        severity=stored.severity,
        commander=stored.commander,
        audience=[each.value for each in stored.audience],
        subject=stored.subject,
        body=addressed(stored.body, public_url),
    )


def update_list(
    ref: str, stored: Sequence[StoredUpdate], next_update_at: datetime | None, overdue: int, public_url: str
) -> UpdateList:
    return UpdateList(
        incident=ref,
        updates=[update(each, public_url) for each in stored],
        next_update_at=next_update_at,
        overdue=overdue,
    )


def preview(stored: StoredPreview, public_url: str) -> UpdatePreview:
    return UpdatePreview(
        n=stored.n,
        subject=stored.rendered.subject,
        body=addressed(stored.rendered.body, public_url),
        next_update_at=stored.next_update_at,
        people=list(stored.people),
        announced_to=list(stored.announced_to),
        problem=stored.rendered.problem,
    )
