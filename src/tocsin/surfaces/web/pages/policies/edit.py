"""Write a policy that no file manages; what is wrong is said at its field."""

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Viewer
from tocsin.catalog import directory
from tocsin.catalog import service as catalog
from tocsin.db.database import Database
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.tx import Tx
from tocsin.oncall import service as oncall
from tocsin.paging import by_hand, policies
from tocsin.paging.answers import load_answers
from tocsin.paging.model import Policy, StoredPolicy
from tocsin.paging.targets import UNKNOWN, with_sets
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.policies.form import PolicyForm, StepForm, field_of, form_of, read_policy, sent_form
from tocsin.surfaces.web.pages.policies.list import policy_path
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.visits import Form, viewer_of


class EditView(msgspec.Struct, frozen=True, kw_only=True):
    """`known` are the targets that there are, by what they are called; `name` is empty while it is new;
    `variants` says how many there are, which the form does not change.
    """

    form: PolicyForm
    action: str
    name: str
    variants: str
    known: tuple[tuple[str, tuple[str, ...]], ...]


@get("/new-policy")
async def show_new_policy(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The empty form."""
    _who_may(visit)
    async with db.connection() as conn:
        view = await _view(conn, visit, PolicyForm(), "")
    return pages.page("policies/edit.html", visit, view=view)


@post("/new-policy")
async def add_policy(visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb) -> Response[str] | Redirect:
    """To the page of the new policy, or the form again."""
    _who_may(visit)
    return await _save(visit, form, sent_form(form), pages=pages, db=db, name="")


@get("/policies/{name:str}/edit")
async def show_edit_policy(name: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The form, filled in. Raises Refused for one that a file manages."""
    _who_may(visit)
    async with db.connection() as conn:
        stored = await policies.get_policy(conn, name)
        by_hand.check_own(stored)
        view = await _view(conn, visit, form_of(stored.policy), name)
    return pages.page("policies/edit.html", visit, view=view)


@post("/policies/{name:str}/edit")
async def change_policy(
    name: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """For escalations that begin from now on; those under way climb what they began with."""
    _who_may(visit)
    async with db.connection() as conn:
        by_hand.check_own(await policies.get_policy(conn, name))
    sent = msgspec.structs.replace(sent_form(form), name=name)
    return await _save(visit, form, sent, pages=pages, db=db, name=name)


def _who_may(visit: Visit) -> Viewer:
    viewer = viewer_of(visit)
    viewer.require(Permission.CONFIGURE, "write escalation policies")
    return viewer


async def _save(
    visit: Visit, form: Form, sent: PolicyForm, *, pages: Pages, db: Database, name: str
) -> Response[str] | Redirect:
    problem: Invalid | Refused | None = None
    if "more" in form:
        sent = msgspec.structs.replace(sent, steps=(*sent.steps, StepForm(wait="10m")))
    else:
        try:
            async with db.transaction() as tx:
                await _put(tx, sent, viewer_of(visit), is_new=not name)
            return Redirect(policy_path(sent.name), status_code=303)
        except Invalid as refusal:
            problem = refusal
        except Refused as refusal:
            if refusal.field != "anyway":
                raise
            problem = refusal
    async with db.connection() as conn:
        view = await _view(conn, visit, sent, name)
    return pages.page("policies/edit.html", visit, status=400 if problem else 200, view=view, problem=problem)


async def _put(tx: Tx, sent: PolicyForm, viewer: Viewer, *, is_new: bool) -> None:
    before = await policies.find_policy(tx.conn, sent.name)
    policy = read_policy(sent, before.policy.when if before else ())
    if is_new and before is not None:
        raise Invalid(f"There is a policy {policy.name} already.", "Choose another name.", field="name")
    await _check_targets(tx, policy, sent)
    await by_hand.edit_policy(tx, policy, viewer.actor, sent.anyway)


async def _check_targets(tx: Tx, policy: Policy, sent: PolicyForm) -> None:
    """Raises Invalid at the field of the first target that names what does not exist."""
    answers = await load_answers(tx.conn, with_sets(list(policy.targets())), tx.now)
    for target, answer in answers.items():
        is_unknown = answer.why.endswith(UNKNOWN) or any(each.why == UNKNOWN for each in answer.left_out)
        if is_unknown and not target.among:
            where = field_of(policy, sent, target)
            raise Invalid(f"{target} does not exist.", "Those that do are listed below.", field=where)


async def _view(conn: Conn, visit: Visit, form: PolicyForm, name: str) -> EditView:
    return EditView(
        form=form,
        action=f"{policy_path(name)}/edit" if name else "/new-policy",
        name=name,
        variants=_variants_words(await policies.find_policy(conn, name)),
        known=await _list_known(conn, visit),
    )


def _variants_words(stored: StoredPolicy | None) -> str:
    count = len(stored.policy.when) if stored else 0
    return "" if count == 0 else "1 variant stays" if count == 1 else f"{count} variants stay"


async def _list_known(conn: Conn, visit: Visit) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Everything that a step may name, ready to be copied."""
    schedules = [schedule.name for schedule in await oncall.list_schedules(conn, visit.times.now)]
    users = [user.name for user in await accounts.list_users(conn) if not user.is_disabled]
    teams = [team.name for team in await accounts.list_teams(conn)]
    experts = [service.name for service in await catalog.list_services(conn) if service.experts]
    groups = [group.name for group in await directory.list_groups(conn)]
    vendors = [vendor.name for vendor in await directory.list_vendors(conn)]
    chats = [chat.name for chat in await directory.list_chats(conn)]
    kinds = (
        ("schedule", schedules), ("user", users), ("team", teams), ("lead", teams), ("expert", experts),
        ("group", groups), ("vendor", vendors), ("chat", chats),
    )  # fmt: skip
    return tuple((kind, tuple(f"{kind}:{each}" for each in names)) for kind, names in kinds if names)
