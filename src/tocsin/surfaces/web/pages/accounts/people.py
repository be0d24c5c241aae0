"""People, for administrators: who there is, who is invited, one person with their role, links, sessions and tokens.

What a configuration file manages is shown and not changed here. A one-time link is in the answer that made it and
nowhere else.
"""

from datetime import datetime
from urllib.parse import quote

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts import people, sign_in
from tocsin.accounts import service as accounts
from tocsin.accounts.model import ApiToken, Permission, Person, Role, SessionShown, UserDraft, Viewer
from tocsin.delivery import entry, letters
from tocsin.delivery.letters import Letter
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.text import whole_number
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import Form, viewer_of

PATH = "/settings/people"
ROLES = tuple(role.value for role in Role)


class PeopleView(msgspec.Struct, frozen=True):
    """`came_back`: the ids of those who have never been seen and whose letter did not arrive."""

    people: tuple[Person, ...]
    came_back: frozenset[int]


class InviteView(msgspec.Struct, frozen=True, kw_only=True):
    """What is typed; `url` is the link that was just made, shown this once, and `mailed_to` where a mail takes it.
    `mails`: mail can be sent.
    """

    form: Form
    url: str = ""
    mailed_to: str | None = None
    mails: bool = False
    roles: tuple[str, ...] = ROLES


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """One person. `may_change` is false where a file manages them; `url` is a link that was just made, and
    `mailed_to` where a mail takes it; `letter` is the last that was mailed to them."""

    person: Person
    sessions: tuple[SessionShown, ...]
    tokens: tuple[ApiToken, ...]
    is_me: bool
    letter: Letter | None
    url: str = ""
    mailed_to: str | None = None
    roles: tuple[str, ...] = ROLES

    @property
    def may_change(self) -> bool:
        return self.person.user.managed_by is None

    @property
    def path(self) -> str:
        return path_of(self.person.user.name)


def path_of(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"


def administrator(visit: Visit) -> Viewer:
    """Raises Forbidden for everybody else."""
    viewer = viewer_of(visit)
    viewer.require(Permission.ADMINISTER, "look after people")
    return viewer


@get(PATH)
async def list_people(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    administrator(visit)
    async with db.connection() as conn:
        known = await people.list_people(conn, visit.times.now)
        mailed = await letters.list_letters(conn, [each.user for each in known], visit.times.now)
    came_back = frozenset(one for one, letter in mailed.items() if letter.state is letters.LetterState.FAILED)
    view = PeopleView(tuple(known), came_back)
    return pages.page("accounts/people.html", visit, view=view)


@get(f"{PATH}/new")
async def show_invite(visit: GivenVisit, pages: GivenPages, site: GivenSite) -> Response[str]:
    administrator(visit)
    return pages.page("accounts/invite.html", visit, view=InviteView(form=_typed({}), mails=site.has_mail))


@post(f"{PATH}/new")
async def invite(visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite) -> Response[str]:
    """The link that lets them in, or the form again with the reason."""
    viewer, typed = administrator(visit), _typed(form)
    try:
        async with db.transaction() as tx:
            made = await entry.invite(tx, _draft(typed), viewer.actor, site.letters)
    except (Invalid, Refused) as refusal:
        view = InviteView(form=typed, mails=site.has_mail)
        return pages.page("accounts/invite.html", visit, status=400, view=view, problem=refusal)
    view = InviteView(form=typed, url=site.links.entry_url(made.secret), mailed_to=made.mailed_to)
    return pages.page("accounts/invite.html", visit, view=view)


@get(f"{PATH}/{{name:str}}")
async def show_user(name: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    viewer = administrator(visit)
    async with db.connection() as conn:
        view = await _view(conn, viewer, name, visit.times.now)
    return pages.page("accounts/person.html", visit, view=view)


@post(f"{PATH}/{{name:str}}/link")
async def make_link(
    name: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """A new one-time link, shown this once and mailed where mail can be sent; the ones before it stop working."""
    viewer = administrator(visit)
    async with db.transaction() as tx:
        made = await entry.let_in_again(tx, name, viewer.actor, site.letters)
        view = await _view(tx.conn, viewer, name, tx.now)
    shown = msgspec.structs.replace(view, url=site.links.entry_url(made.secret), mailed_to=made.mailed_to)
    return pages.page("accounts/person.html", visit, view=shown)


@post(f"{PATH}/{{name:str}}/link/withdraw")
async def withdraw_link(name: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    async with db.transaction() as tx:
        await people.withdraw_link(tx, name, administrator(visit).actor)
    return _back(name)


@post(f"{PATH}/{{name:str}}/role")
async def change_role(name: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """Their sessions end with it (SEC-2)."""
    viewer = administrator(visit)
    async with db.transaction() as tx:
        await people.change_role(tx, name, _role(form.get("role", "")), viewer.actor)
    return _back(name)


@post(f"{PATH}/{{name:str}}/disable")
async def disable(name: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """Signed out everywhere, tokens revoked, paged no more."""
    async with db.transaction() as tx:
        await accounts.disable_user(tx, name, managed_by=None, actor=administrator(visit).actor)
    return _back(name)


@post(f"{PATH}/{{name:str}}/enable")
async def enable(name: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    async with db.transaction() as tx:
        await people.enable(tx, name, administrator(visit).actor)
    return _back(name)


@post(f"{PATH}/{{name:str}}/sessions/end")
async def end_persons_session(name: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    viewer = administrator(visit)
    async with db.transaction() as tx:
        user = await accounts.get_user_by_name(tx.conn, name)
        await sign_in.end_session(tx, user, number_of(form, "session"), actor=viewer.actor)
    return _back(name)


@post(f"{PATH}/{{name:str}}/tokens/revoke")
async def revoke_persons_token(name: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    viewer = administrator(visit)
    async with db.transaction() as tx:
        user = await accounts.get_user_by_name(tx.conn, name)
        await sign_in.revoke_token(tx, user, number_of(form, "token"), actor=viewer.actor)
    return _back(name)


async def _view(conn: Conn, viewer: Viewer, name: str, now: datetime) -> PersonView:
    person = await people.get_person(conn, name, now)
    tokens = await sign_in.list_tokens(conn, person.user.id)
    return PersonView(
        person=person,
        sessions=tuple(await sign_in.list_sessions(conn, person.user.id, "", now)),
        tokens=tuple(token for token in tokens if token.revoked_at is None and token.expires_at > now),
        is_me=person.user.id == viewer.user_id,
        letter=(await letters.list_letters(conn, [person.user], now)).get(person.user.id),
    )


def number_of(form: Form, field: str) -> int:
    """The id that a button carries. Raises Invalid."""
    number = whole_number(form.get(field, ""))
    if number is None:
        raise Invalid(f"That is no {field}.", "Load the page again and repeat it.", field=field)
    return number


def _typed(form: Form) -> Form:
    given = {name: form.get(name, "").strip() for name in ("name", "email", "display_name", "role")}
    return {**given, "role": given["role"] or Role.RESPONDER.value}


def _draft(typed: Form) -> UserDraft:
    return UserDraft(
        name=typed["name"],
        email=typed["email"] or None,
        role=_role(typed["role"]),
        display_name=typed["display_name"],
    )


def _role(text: str) -> Role:
    if text not in ROLES:
        raise Invalid(f"{text[:40]!r} is no role.", f"Choose one of {', '.join(ROLES)}.", field="role")
    return Role(text)


def _back(name: str) -> Redirect:
    return Redirect(path_of(name), status_code=303)
