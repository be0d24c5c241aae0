"""People over HTTP, for administrators, and the caller's own sessions and tokens. A token makes no tokens: whoever
found one could keep themselves in with it; the browser and the server's own machine do.
"""

from datetime import datetime

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from tocsin.accounts import people, sign_in
from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Role, User, UserDraft, Viewer
from tocsin.delivery import entry, letters
from tocsin.delivery.entry import Entry
from tocsin.kernel.db import Conn
from tocsin.surfaces.api.callers import Caller, Db, Here
from tocsin.surfaces.api.parsing import as_id, one_of
from tocsin.surfaces.api.site import Site
from tocsin.surfaces.wire import people as wire


def _administrator(viewer: Viewer) -> str:
    viewer.require(Permission.ADMINISTER, "look after people")
    return viewer.actor


def _link(site: Site, made: Entry) -> wire.OneTimeLink:
    return wire.OneTimeLink(name=made.user.name, url=site.links.entry_url(made.secret), mailed_to=made.mailed_to)


async def _person(conn: Conn, name: str, now: datetime) -> wire.Person:
    person = await people.get_person(conn, name, now)
    return wire.person(person, (await letters.list_letters(conn, [person.user], now)).get(person.user.id))


@get("/people", summary="List people")
async def list_people(viewer: Caller, db: Db) -> wire.People:
    """Everybody by name, the disabled too."""
    _administrator(viewer)
    now = db.clock.now()
    async with db.connection() as conn:
        known = await people.list_people(conn, now)
        mailed = await letters.list_letters(conn, [each.user for each in known], now)
    return wire.People(people=[wire.person(each, mailed.get(each.user.id)) for each in known])


@post("/people", summary="Invite somebody")
async def invite(data: JSONBody[wire.InviteRequest], viewer: Caller, db: Db, site: Here) -> wire.OneTimeLink:
    """The link lets them in once, within seven days; it is in this answer, and mailed to them where that can be."""
    actor = _administrator(viewer)
    draft = UserDraft(
        name=data.name, email=data.email, role=one_of(Role, data.role, "role"), display_name=data.display_name
    )
    async with db.transaction() as tx:
        return _link(site, await entry.invite(tx, draft, actor, site.letters))


@post("/people/{name:str}/link", summary="Make a new one-time link")
async def make_link(name: FromPath[str], viewer: Caller, db: Db, site: Here) -> wire.OneTimeLink:
    """An invitation again, or for a lost password; the links before it stop working."""
    actor = _administrator(viewer)
    async with db.transaction() as tx:
        return _link(site, await entry.let_in_again(tx, name, actor, site.letters))


@delete("/people/{name:str}/link", status_code=204, summary="Withdraw a one-time link")
async def withdraw_link(name: FromPath[str], viewer: Caller, db: Db) -> None:
    """Whoever has it is let in no more."""
    actor = _administrator(viewer)
    async with db.transaction() as tx:
        await people.withdraw_link(tx, name, actor)


@post("/people/{name:str}/role", status_code=200, summary="Change a role")
async def change_role(name: FromPath[str], data: JSONBody[wire.RoleOfPerson], viewer: Caller, db: Db) -> wire.Person:
    """Their sessions end. Whom a file manages is changed there."""
    actor = _administrator(viewer)
    async with db.transaction() as tx:
        await people.change_role(tx, name, one_of(Role, data.role, "role"), actor)
        return await _person(tx.conn, name, tx.now)


@post("/people/{name:str}/disable", status_code=200, summary="Disable a person")
async def disable(name: FromPath[str], viewer: Caller, db: Db) -> wire.Person:
    """Signed out everywhere, tokens revoked, paged no more; what they did stays on record."""
    actor = _administrator(viewer)
    async with db.transaction() as tx:
        await accounts.disable_user(tx, name, managed_by=None, actor=actor)
        return await _person(tx.conn, name, tx.now)


@post("/people/{name:str}/enable", status_code=200, summary="Enable a person again")
async def enable(name: FromPath[str], viewer: Caller, db: Db) -> wire.Person:
    """They may sign in again; their tokens stay revoked."""
    actor = _administrator(viewer)
    async with db.transaction() as tx:
        await people.enable(tx, name, actor)
        return await _person(tx.conn, name, tx.now)


@get("/me/sessions", summary="Where you are signed in")
async def list_my_sessions(viewer: Caller, db: Db) -> wire.Sessions:
    async with db.connection() as conn:
        found = await sign_in.list_sessions(conn, viewer.user_id, "", db.clock.now())
    return wire.Sessions(sessions=[wire.session(each) for each in found])


@delete("/me/sessions/{number:str}", status_code=204, summary="Sign a browser out")
async def end_my_session(number: FromPath[str], viewer: Caller, db: Db) -> None:
    async with db.transaction() as tx:
        await sign_in.end_session(tx, await _me(tx.conn, viewer), as_id(number, "session"), actor=viewer.actor)


@get("/me/tokens", summary="Your API tokens")
async def list_my_tokens(viewer: Caller, db: Db) -> wire.Tokens:
    """Those that are over, too."""
    async with db.connection() as conn:
        return wire.Tokens(tokens=[wire.token(each) for each in await sign_in.list_tokens(conn, viewer.user_id)])


@delete("/me/tokens/{number:str}", status_code=204, summary="Revoke an API token")
async def revoke_my_token(number: FromPath[str], viewer: Caller, db: Db) -> None:
    """Also the one that asks."""
    async with db.transaction() as tx:
        await sign_in.revoke_token(tx, await _me(tx.conn, viewer), as_id(number, "token"), actor=viewer.actor)


async def _me(conn: Conn, viewer: Viewer) -> User:
    return await accounts.get_user_by_name(conn, viewer.name)
