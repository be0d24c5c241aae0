"""`tocsin admin user`: people, their one-time links and their API tokens."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar

from cyclopts import Parameter
from rich.text import Text

from tocsin.accounts import people, service, sign_in
from tocsin.accounts.model import ApiToken, Role, User, UserDraft
from tocsin.db.access import database_url
from tocsin.db.database import Database
from tocsin.db.keyring import keyring_of
from tocsin.db.migrate import list_missing
from tocsin.delivery import entry
from tocsin.delivery.entry import Entry
from tocsin.delivery.keys import ENTRY_PATH, AckLinks, ack_links
from tocsin.kernel.errors import Refused
from tocsin.kernel.secrets import NO_KEYS
from tocsin.oncall.leaving import disable_person
from tocsin.settings import Settings, load_here, with_secret_key
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.parsing import Json, verb
from tocsin.surfaces.cli.shifts import Anyway

T = TypeVar("T")
Name = Annotated[str, Parameter(name="NAME", help="Who, such as bob.")]
RoleName = Literal["viewer", "responder", "manager", "admin"]

app = verb(
    "admin user",
    "People: who there is, who is new, and what lets them in.",
    "tocsin admin user list",
    "tocsin admin user add bob --email bob@example.com",
    "tocsin admin user link bob",
    'tocsin admin user token bob --name "his laptop" --days 30',
)


@app.command(name="list")
def list_users(*, json: Json = False) -> None:
    """List everybody, the disabled too."""

    async def read(db: Database) -> list[User]:
        async with db.connection() as conn:
            return await service.list_users(conn)

    users = in_database(load_here(), read)
    if json:
        return output.print_document({"users": [_shown(user) for user in users]})
    rows = [_row(user) for user in users]
    headings = ("name", "role", "e-mail", "managed by", "")
    return output.show(output.table(headings, rows, flexible=2))


@app.command
def add(
    name: Name,
    /,
    *,
    email: Annotated[str | None, Parameter(help="Where pages and invitations go.")] = None,
    role: Annotated[RoleName, Parameter(help="What they may do.")] = "responder",
    display_name: Annotated[str, Parameter(help="How they are called, such as Bob Miller.")] = "",
    time_zone: Annotated[str | None, Parameter(help="Such as Europe/Berlin; else the organisation's.")] = None,
    senior: Annotated[bool, Parameter(help="May become commander by acknowledging.", show_default=False)] = False,
    json: Json = False,
) -> None:
    """Add a person and print the one-time link that lets them in; where mail can be sent, it is mailed to them too."""
    settings = load_here()
    draft = UserDraft(
        name=name, email=email, role=Role(role), display_name=display_name, senior=senior, time_zone=time_zone
    )

    links = _links(settings)

    async def work(db: Database) -> Entry:
        async with db.transaction() as tx:
            return await entry.invite(tx, draft, _actor(), links)

    _print_link(settings, in_database(settings, work), json)


@app.command
def link(name: Name, /, *, json: Json = False) -> None:
    """Print a new one-time link that signs this person in, and mail it where mail can be sent; the links before it stop
    working."""
    settings = load_here()
    links = _links(settings)

    async def work(db: Database) -> Entry:
        async with db.transaction() as tx:
            return await entry.let_in_again(tx, name, _actor(), links)

    _print_link(settings, in_database(settings, work), json)


@app.command
def role(
    name: Name,
    role: Annotated[RoleName, Parameter(name="ROLE", help="viewer, responder, manager or admin.")],
    /,
    *,
    json: Json = False,
) -> None:
    """Change what this person may; their sessions end."""

    async def work(db: Database) -> None:
        async with db.transaction() as tx:
            await people.change_role(tx, name, Role(role), _actor())

    in_database(load_here(), work)
    if json:
        return output.print_document({"name": name, "role": role})
    return output.say(f"{name} is {role} now, and signs in anew.")


@app.command
def enable(name: Name, /, *, json: Json = False) -> None:
    """Let somebody who was disabled sign in again; their tokens stay revoked."""

    async def work(db: Database) -> None:
        async with db.transaction() as tx:
            await people.enable(tx, name, _actor())

    in_database(load_here(), work)
    if json:
        return output.print_document({"name": name, "disabled": False})
    return output.say(f"{name} is enabled. Let them in with: tocsin admin user link {name}")


@app.command
def disable(
    name: Name,
    /,
    *,
    anyway: Anyway = None,
    json: Json = False,
) -> None:
    """End everything this person holds; what they did stays on record."""

    async def work(db: Database) -> None:
        async with db.transaction() as tx:
            await disable_person(tx, name, actor=_actor(), anyway=anyway)

    in_database(load_here(), work)
    if json:
        return output.print_document({"name": name, "disabled": True})
    return output.say(f"{name} is disabled: signed out everywhere, and paged no more.")


@app.command
def token(
    person: Name,
    /,
    *,
    name: Annotated[str, Parameter(help="What it is for.")] = "command line",
    role: Annotated[RoleName | None, Parameter(help="It may do no more than this; else what the person may.")] = None,
    days: Annotated[int, Parameter(help="How long it is good, up to 366.")] = 90,
    list: Annotated[bool, Parameter(help="List the person's tokens instead.", show_default=False)] = False,
    revoke: Annotated[int | None, Parameter(help="Revoke the token of this number instead.")] = None,
    json: Json = False,
) -> None:
    """Make an API token for a person and print it; it is shown this once."""
    settings = load_here()
    if list:
        return _print_tokens(in_database(settings, lambda db: _read_tokens(db, person)), json)
    if revoke is not None:
        in_database(settings, lambda db: _revoke(db, person, revoke))
        return (
            output.print_document({"id": revoke, "revoked": True})
            if json
            else output.say(f"Token {revoke} is revoked.")
        )

    async def work(db: Database) -> tuple[str, datetime]:
        async with db.transaction() as tx:
            user = await service.get_user_by_name(tx.conn, person)
            cap = Role(role) if role else None
            made = await sign_in.create_token(tx, user, name, role_cap=cap, lasts=timedelta(days=days), actor=_actor())
            return made.secret, made.expires_at

    secret, expires_at = in_database(settings, work)
    if json:
        return output.print_document({"token": secret, "expires_at": expires_at, "url": settings.public_url})
    output.say(f"A token for {person}, good until {times.clock(expires_at, output.now())}. It is shown this once:")
    output.say(f"  {secret}")
    return output.say((f"  Use it with: export TOCSIN_URL={settings.public_url} TOCSIN_TOKEN=…", "dim"))


async def _read_tokens(db: Database, person: str) -> list[ApiToken]:
    async with db.connection() as conn:
        user = await service.get_user_by_name(conn, person)
        return await sign_in.list_tokens(conn, user.id)


async def _revoke(db: Database, person: str, number: int) -> None:
    async with db.transaction() as tx:
        user = await service.get_user_by_name(tx.conn, person)
        await sign_in.revoke_token(tx, user, number, actor=_actor())


_REMEDY = (
    "If that is the one you mean, bring it there with: tocsin admin migrate. If the server uses another, give this "
    "shell the server's TOCSIN_DATA_DIR or TOCSIN_DATABASE_URL, or run in the folder with its tocsin.toml."
)


def in_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the installation's database, do the work, and close it again. Work that meets secrets needs `settings` as
    `with_secret_key` gives them."""
    keyring = keyring_of(settings) if settings.secret_key else NO_KEYS

    async def run(dsn: str) -> T:
        async with Database(dsn, keyring=keyring, size=1) as db:
            return await work(db)

    with database_url(settings) as dsn:
        missing = list_missing(dsn)
        if missing:
            raise Refused(f"{_named(settings)} is not up to date: {missing[0]} is missing.", _REMEDY)
        return asyncio.run(run(dsn))


def _named(settings: Settings) -> str:
    """Which database it is: in a shell without the server's settings it is another than the server's."""
    if settings.database_url is not None:
        return "The database of TOCSIN_DATABASE_URL"
    return f"The database in {settings.data_dir}"


def _actor() -> str:
    """Who the audit log names: somebody with the server's own rights, by their name on this machine."""
    return f"local:{getpass.getuser()}"


def _links(settings: Settings) -> AckLinks | None:
    """None: no mail can be sent."""
    return ack_links(with_secret_key(settings).secret_key, settings.public_url) if settings.smtp_url else None


def _print_link(settings: Settings, made: Entry, json: bool) -> None:
    name, url = made.user.name, f"{settings.public_url}{ENTRY_PATH}{made.secret}"
    if json:
        return output.print_document({"name": name, "url": url, "mailed_to": made.mailed_to})
    output.say(f"This link signs {name} in, once:")
    output.say(f"  {url}")
    return output.say((f"  A mail with it is on its way to {made.mailed_to}.", "dim")) if made.mailed_to else None


def _print_tokens(tokens: list[ApiToken], json: bool) -> None:
    if json:
        return output.print_document({"tokens": tokens})
    if not tokens:
        return output.say("No token.")
    rows = [_token_row(each, output.now()) for each in tokens]
    headings = ("", "name", "role", "expires", "last used", "")
    return output.show(output.table(headings, rows, flexible=1))


def _token_row(token: ApiToken, now: datetime) -> tuple[str, ...]:
    used = times.ago(token.last_used_at, now) if token.last_used_at else "never"
    ended = "revoked" if token.revoked_at else "expired" if token.expires_at <= now else ""
    expires = times.clock(token.expires_at, now)
    return (str(token.id), output.line(token.name), token.role_cap.value, expires, used, ended)


def _row(user: User) -> tuple[str | Text, ...]:
    state = (
        Text("disabled", style="dim")
        if user.is_disabled
        else ""
        if user.has_password
        else Text("no password yet", style="dim")
    )
    return (Text(user.name, style="bold"), user.role.value, user.email or "–", user.managed_by or "–", state)


def _shown(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "email": user.email,
        "display_name": user.display_name,
        "role": user.role.value,
        "senior": user.senior,
        "time_zone": user.time_zone,
        "managed_by": user.managed_by,
        "disabled_at": user.disabled_at,
        "has_password": user.has_password,
    }
