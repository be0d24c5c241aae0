"""What applying a configuration would change, or has changed, as a reader wants it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.config.document import Notice
from tocsin.config.problems import Problem


class Action(StrEnum):
    """People are disabled and enabled, never removed: history names them."""

    CREATED = "created"
    CHANGED = "changed"
    REMOVED = "removed"
    DISABLED = "disabled"
    ENABLED = "enabled"


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field before and after, as words; None: it is not there."""

    path: str
    before: str | None
    after: str | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changes. `file` manages it afterwards, or did until now when it goes."""

    action: Action
    section: str
    name: str
    file: str
    sentence: str
    fields: tuple[FieldChange, ...] = ()


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on call in a schedule once this is applied, and who follows; `gap_at`: nobody is from then on before."""

    schedule: str
    time_zone: str
    users: tuple[str, ...]
    reason: str
    until: datetime | None
    next_users: tuple[str, ...]
    next_at: datetime | None
    gap_at: datetime | None = None


class Breakage(msgspec.Struct, frozen=True, kw_only=True):
    """Something that must hold of a schedule in the coming 90 days and would not, once this is applied (ONC-3).

    `is_new`: it is this document that breaks it. `is_silent`: an alert would reach nobody meanwhile. `file` "" where
    the document does not say this schedule.
    """

    rule: str
    schedule: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...]
    is_new: bool
    is_silent: bool
    file: str
    line: int
    path: str
    sentence: str
    remedy: str


class Unpaged(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which no step of a policy would reach anybody, once this is applied; `services` are those that climb
    it. `is_new`: it is this document that makes it so. `sentence` says it on the organisation's clock.
    """

    policy: str
    services: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    is_new: bool
    sentence: str


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`errors` refuse it. `not_in_effect` names what is kept for later parts: nothing is ignored in silence."""

    files: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Notice, ...] = ()
    not_in_effect: tuple[Notice, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    unpaged: tuple[Unpaged, ...] = ()
    breakage: tuple[Breakage, ...] = ()
    is_applied: bool = False
    summary: str = ""
