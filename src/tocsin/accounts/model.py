"""The words of this capability: who somebody is, what they may do, what they hold. No IO, no clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from tocsin.kernel.errors import Forbidden, TocsinError

ORGANISATION_SCOPE = 1


class Role(StrEnum):
    """From least to most; each may do what the ones before it may."""

    VIEWER = "viewer"
    RESPONDER = "responder"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Permission(StrEnum):
    """What a caller asks to do; `GRANTS` says which role is enough. Whether they may see the object is its scope."""

    READ = "read"
    RESPOND = "respond"  # declare, acknowledge, change status, write on a timeline
    SILENCE = "silence"
    SCHEDULE = "schedule"  # overrides and swaps
    CORRECT = "correct"  # what others wrote on a timeline, and what was reported
    PLAN = "plan"  # see what a configuration would change
    TEMPLATES = "templates"  # change how messages are worded
    CONFIGURE = "configure"  # apply it: it can name administrators, so only they may
    ADMINISTER = "administer"  # people, tokens of others, settings


GRANTS: dict[Permission, Role] = {
    Permission.READ: Role.VIEWER,
    Permission.RESPOND: Role.RESPONDER,
    Permission.SILENCE: Role.RESPONDER,
    Permission.SCHEDULE: Role.RESPONDER,
    Permission.CORRECT: Role.MANAGER,
    Permission.PLAN: Role.MANAGER,
    Permission.TEMPLATES: Role.MANAGER,
    Permission.CONFIGURE: Role.ADMIN,
    Permission.ADMINISTER: Role.ADMIN,
}


@dataclass(frozen=True)
class Viewer:
    """A known caller: the role that counts for this call, and the scopes whose rows they may read (SEC-1)."""

    user_id: int
    name: str
    role: Role
    scopes: tuple[int, ...]
    teams: tuple[str, ...] = ()
    time_zone: str | None = None
    display_name: str = ""

    @property
    def actor(self) -> str:
        """How the ledger names this person."""
        return f"@{self.name}"

    def may(self, permission: Permission) -> bool:
        return self.role.rank >= GRANTS[permission].rank

    def require(self, permission: Permission, what: str) -> None:
        """Raise Forbidden unless the role is enough; `what` completes "@bob may not …"."""
        if not self.may(permission):
            raise Forbidden(
                f"{self.actor} acts as {self.role} and may not {what}.",
                f"It takes the role {GRANTS[permission]}: ask an administrator.",
            )

    def may_read(self, scope_id: int) -> bool:
        return scope_id in self.scopes

    def capped(self, role: Role) -> "Viewer":
        """The same person acting with this role: an API token may do less than its owner."""
        return replace(self, role=role)


@dataclass(frozen=True)
class User:
    """A person. `managed_by` names the configuration file that owns the row, or None.

    `email_broken_at`: a mail server said then that nothing will ever arrive at the address, `email_broken_why` how.
    """

    id: int
    name: str
    email: str | None
    display_name: str
    role: Role
    senior: bool
    time_zone: str | None
    managed_by: str | None
    disabled_at: datetime | None
    has_password: bool
    email_broken_at: datetime | None = None
    email_broken_why: str | None = None

    @property
    def working_email(self) -> str | None:
        return self.email if self.email_broken_at is None else None

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None


@dataclass(frozen=True)
class UserDraft:
    """What a configuration file or an administrator says about a person."""

    name: str
    email: str | None
    role: Role = Role.RESPONDER
    display_name: str = ""
    senior: bool = False
    time_zone: str | None = None


@dataclass(frozen=True)
class Team:
    """A team; members and leads are user names, sorted. A lead need not be a member."""

    id: int
    name: str
    managed_by: str | None
    members: tuple[str, ...]
    leads: tuple[str, ...]


class Purpose(StrEnum):
    """Why a one-time link was made."""

    FIRST_ADMINISTRATOR = "first-administrator"
    INVITATION = "invitation"
    PASSWORD_RESET = "password-reset"  # noqa: S105


@dataclass(frozen=True)
class NewSession:
    """A session at the moment it begins: the only time its cookie is known in the clear."""

    cookie: str
    csrf: str
    user: User
    expires_at: datetime


@dataclass(frozen=True)
class OpenSession:
    """A session that still counts."""

    viewer: Viewer
    csrf: str
    expires_at: datetime


@dataclass(frozen=True)
class SessionShown:
    """A session in force as its owner may see it: where it came from, by what, and when it was last used."""

    id: int
    client: str
    device: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_current: bool


@dataclass(frozen=True)
class Person:
    """Somebody as an administrator sees them. `last_seen_at`: when a session or a token of theirs was last used;
    `invited_until`: their one-time link opens until then, None: there is none.
    """

    user: User
    teams: tuple[str, ...]
    last_seen_at: datetime | None
    invited_until: datetime | None


@dataclass(frozen=True)
class OneTimeLink:
    """What is known of a link that lets somebody in once; not the link itself."""

    user_id: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class SignIn:
    """The outcome of knocking: a session, or why not.

    A value and not an exception, because a refusal must be committed: it is counted (rate limit) and audited.
    """

    session: NewSession | None = None
    refusal: TocsinError | None = None


class Attempts(NamedTuple):
    """How often a subject has tried to sign in since its window began."""

    number: int
    began_at: datetime


@dataclass(frozen=True)
class ApiToken:
    """A token as its owner may see it: never the secret."""

    id: int
    user: str
    name: str
    role_cap: Role
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class NewApiToken:
    """A token at the moment it is made: `secret` is shown once."""

    id: int
    secret: str
    expires_at: datetime
