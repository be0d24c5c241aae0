"""A whole configuration as one value: what a command line reads from files and sends, and a server plans and applies.

No secret is in it: of a key only its digest. Each item knows its file and path, and `lines` the line of every path,
so that a server too can say where something is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from tocsin.alerts.maintenance import MaintenanceDraft
from tocsin.catalog.model import Chat, Group, Organisation, Service, Vendor
from tocsin.catalog.own_profiles import OwnProfile
from tocsin.config.problems import Problem
from tocsin.config.yaml_text import nearest_line
from tocsin.insights.digest_model import Digest
from tocsin.insights.readiness_model import AccessProbe
from tocsin.kernel.localtime import Hours
from tocsin.oncall.calendar_model import CalendarDraft
from tocsin.oncall.model import Schedule
from tocsin.paging.model import Policy
from tocsin.postmortems.templates import Template

T = TypeVar("T")


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A way to reach a person. `is_secret`: the address came from the environment and is not to be shown."""

    kind: str
    address: str
    is_secret: bool = False


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a person's notification rules: the contacts of this kind, so long after the notification."""

    kind: str
    after: timedelta


class Notify(msgspec.Struct, frozen=True, kw_only=True):
    """Notification rules by urgency, and quiet hours; None: the default, every contact at once by e-mail, at any time.
    Where all are None the person chooses.
    """

    high: tuple[Rule, ...] | None = None
    low: tuple[Rule, ...] | None = None
    quiet_hours: Hours | None = None


class User(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    email: str | None
    role: str
    display_name: str = ""
    senior: bool = False
    time_zone: str | None = None
    contacts: tuple[Contact, ...] = ()
    notify: Notify = Notify()
    managed_by: str | None = None


class Team(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    members: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    access_probes: tuple[AccessProbe, ...] = ()
    managed_by: str | None = None


class Integration(msgspec.Struct, frozen=True, kw_only=True):
    """`key_hash` is the SHA-256 of the key in hexadecimal digits: the key never leaves the machine of the file.
    `options` are what only its type knows."""

    name: str
    type: str
    key_hash: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    service: str | None = None
    timeout: timedelta | None = None
    options: dict[str, Any] = {}
    managed_by: str | None = None


class Routing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides where alerts go; order counts, so it is one thing and lives in one apply."""

    routes: tuple[dict[str, Any], ...] = ()
    default_route: dict[str, Any] | None = None
    inhibitions: tuple[dict[str, Any], ...] = ()


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """Something for a later part, kept as it was written: the section, its name within it, and what it says."""

    section: str
    name: str
    definition: Any
    managed_by: str | None = None


class Item(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A value and where it was written: `path` such as `users[2]` in `file`."""

    value: T
    file: str
    path: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tell about a place, such as "kept, and not in effect yet"."""

    file: str
    line: int
    path: str
    message: str


class SourceFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file as it was read; `sections` are its top-level keys."""

    name: str
    sha256: str
    sections: tuple[str, ...]
    lines: dict[str, int]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """`replaces` names files that these files take the place of, such as after a renaming."""

    files: tuple[SourceFile, ...]
    organisation: Item[Organisation] | None = None
    users: tuple[Item[User], ...] = ()
    teams: tuple[Item[Team], ...] = ()
    groups: tuple[Item[Group], ...] = ()
    vendors: tuple[Item[Vendor], ...] = ()
    chats: tuple[Item[Chat], ...] = ()
    severity_profiles: tuple[Item[OwnProfile], ...] = ()
    calendars: tuple[Item[CalendarDraft], ...] = ()
    schedules: tuple[Item[Schedule], ...] = ()
    digests: tuple[Item[Digest], ...] = ()
    postmortem_templates: tuple[Item[Template], ...] = ()
    escalation_policies: tuple[Item[Policy], ...] = ()
    services: tuple[Item[Service], ...] = ()
    integrations: tuple[Item[Integration], ...] = ()
    maintenance: tuple[Item[MaintenanceDraft], ...] = ()
    routing: Item[Routing] | None = None
    stored: tuple[Item[Stored], ...] = ()
    replaces: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def owners(self) -> frozenset[str]:
        """The names of the files whose things this document decides on."""
        return frozenset(file.name for file in self.files) | frozenset(self.replaces)

    def problem(self, item: Item[Any], below: str, message: str, remedy: str = "") -> Problem:
        """A problem at a path below an item, such as `.layers[0].users`."""
        path = item.path + below
        return Problem(
            file=item.file, line=nearest_line(self._lines(item.file), path), path=path, message=message, remedy=remedy
        )

    def notice(self, item: Item[Any], below: str, message: str) -> Notice:
        """Something to tell about a path below an item."""
        path = item.path + below
        return Notice(file=item.file, line=nearest_line(self._lines(item.file), path), path=path, message=message)

    def _lines(self, file: str) -> Mapping[str, int]:
        for source in self.files:
            if source.name == file:
                return source.lines
        return {}
