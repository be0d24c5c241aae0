"""People, sessions and tokens on the wire; a secret is in the answer that made it and nowhere else."""

from datetime import datetime

import msgspec

from tocsin.accounts.model import ApiToken, SessionShown
from tocsin.accounts.model import Person as Stored
from tocsin.delivery.letters import Letter as StoredLetter
from tocsin.surfaces.wire.body import Body


class Letter(msgspec.Struct, kw_only=True):
    """The last mail with a one-time link: `state` is waiting, sent, failed, used, expired or withdrawn, `at` since
    when, `answer` what the mail server said last.
    """

    state: str
    address: str
    at: datetime
    opens_until: datetime | None
    answer: str


class Person(msgspec.Struct, kw_only=True):
    """`managed_by`: the configuration file that says who this is, null: nobody's. `invited_until`: a one-time link of
    theirs opens until then. `letter`: the last that was mailed to them, null: none was.
    """

    name: str
    display_name: str
    email: str | None
    role: str
    teams: list[str]
    is_senior: bool
    is_disabled: bool
    has_password: bool
    managed_by: str | None
    last_seen_at: datetime | None
    invited_until: datetime | None
    letter: Letter | None


class People(msgspec.Struct, kw_only=True):
    people: list[Person]


class InviteRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Who is new. Without a role they are a responder."""

    name: str
    email: str | None = None
    role: str = "responder"
    display_name: str = ""


class RoleOfPerson(Body, kw_only=True, forbid_unknown_fields=True):
    """viewer, responder, manager or admin."""

    role: str


class OneTimeLink(msgspec.Struct, kw_only=True):
    """Whoever opens `url` and presses its button is signed in as this person, once. `mailed_to`: a mail with it is on
    its way there; null: it is to be handed over.
    """

    name: str
    url: str
    mailed_to: str | None


class Session(msgspec.Struct, kw_only=True):
    """A browser that is signed in as the caller."""

    id: int
    client: str
    device: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class Sessions(msgspec.Struct, kw_only=True):
    """The last used first."""

    sessions: list[Session]


class Token(msgspec.Struct, kw_only=True):
    """An API token of the caller; its secret was shown when it was made."""

    id: int
    name: str
    role: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    is_revoked: bool


class Tokens(msgspec.Struct, kw_only=True):
    tokens: list[Token]


def person(stored: Stored, letter: StoredLetter | None) -> Person:
    user = stored.user
    return Person(
        name=user.name,
        display_name=user.display_name,
        email=user.email,
        role=user.role.value,
        teams=list(stored.teams),
        is_senior=user.senior,
        is_disabled=user.is_disabled,
        has_password=user.has_password,
        managed_by=user.managed_by,
        last_seen_at=stored.last_seen_at,
        invited_until=stored.invited_until,
        letter=msgspec.convert(letter, Letter, from_attributes=True) if letter is not None else None,
    )


def session(stored: SessionShown) -> Session:
    return msgspec.convert(stored, Session, from_attributes=True)


def token(stored: ApiToken) -> Token:
    return Token(
        id=stored.id,
        name=stored.name,
        role=stored.role_cap.value,
        created_at=stored.created_at,
        expires_at=stored.expires_at,
        last_used_at=stored.last_used_at,
        is_revoked=stored.revoked_at is not None,
    )
