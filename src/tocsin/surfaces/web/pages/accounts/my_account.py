"""My account: the browsers that are signed in as me, and my API tokens. A token is shown in the answer that made it."""

from datetime import datetime, timedelta

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts import people, sign_in
from tocsin.accounts import service as accounts
from tocsin.accounts.model import ApiToken, Person, Role, SessionShown, User, Viewer
from tocsin.accounts.rules import TOKEN_LASTS
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.accounts.people import number_of
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of

PATH = "/me"
DAYS = (7, 30, 90, 366)


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` is the token that was just made, shown this once; `roles` are those that a token of mine may have."""

    person: Person
    sessions: tuple[SessionShown, ...]
    tokens: tuple[ApiToken, ...]
    roles: tuple[str, ...]
    days: tuple[int, ...] = DAYS
    usual_days: int = TOKEN_LASTS.days
    secret: str = ""


@get(PATH)
async def show_account(
    request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    cookie = request.cookies.get(site.session_cookie, "")
    async with db.connection() as conn:
        view = await _view(conn, viewer_of(visit), cookie, visit.times.now)
    return pages.page("accounts/my_account.html", visit, view=view)


@post(f"{PATH}/sessions/end")
async def end_my_session(visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """One browser is signed out; if it is this one, the next page is the sign-in."""
    viewer = viewer_of(visit)
    async with db.transaction() as tx:
        await sign_in.end_session(tx, await _me(tx.conn, viewer), number_of(form, "session"), actor=viewer.actor)
    return Redirect(PATH, status_code=303)


@post(f"{PATH}/tokens")
async def make_my_token(
    request: AnyRequest, visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """Its secret is in this answer and nowhere else; or the page again with the reason."""
    viewer, cookie = viewer_of(visit), request.cookies.get(site.session_cookie, "")
    problem: Invalid | None = None
    secret = ""
    try:
        async with db.transaction() as tx:
            made = await sign_in.create_token(
                tx,
                await _me(tx.conn, viewer),
                form.get("name", ""),
                role_cap=_role(form.get("role", ""), viewer),
                lasts=timedelta(days=_days(form.get("days", ""))),
                actor=viewer.actor,
            )
        secret = made.secret
    except Invalid as refusal:
        problem = refusal
    async with db.connection() as conn:
        view = msgspec.structs.replace(await _view(conn, viewer, cookie, visit.times.now), secret=secret)
    status = 400 if problem else 200
    return pages.page("accounts/my_account.html", visit, status=status, view=view, problem=problem)


@post(f"{PATH}/tokens/revoke")
async def revoke_my_token(visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """Whoever holds it is let in no more."""
    viewer = viewer_of(visit)
    async with db.transaction() as tx:
        await sign_in.revoke_token(tx, await _me(tx.conn, viewer), number_of(form, "token"), actor=viewer.actor)
    return Redirect(PATH, status_code=303)


async def _me(conn: Conn, viewer: Viewer) -> User:
    return await accounts.get_user_by_name(conn, viewer.name)


async def _view(conn: Conn, viewer: Viewer, cookie: str, now: datetime) -> AccountView:
    tokens = await sign_in.list_tokens(conn, viewer.user_id)
    return AccountView(
        person=await people.get_person(conn, viewer.name, now),
        sessions=tuple(await sign_in.list_sessions(conn, viewer.user_id, cookie, now)),
        tokens=tuple(token for token in tokens if token.revoked_at is None and token.expires_at > now),
        roles=tuple(role.value for role in Role if role.rank <= viewer.role.rank),
    )


def _role(text: str, viewer: Viewer) -> Role:
    if text not in set(Role) or Role(text).rank > viewer.role.rank:
        raise Invalid("That role is more than yours.", f"Choose up to {viewer.role}.", field="role")
    return Role(text)


def _days(text: str) -> int:
    if text not in {str(days) for days in DAYS}:
        raise Invalid("That is no length of time for a token.", "Choose one of those offered.", field="days")
    return int(text)
