"""Give a policy another name, copy it, or remove it; what still uses it is named on its page."""

from collections.abc import Awaitable, Callable

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.db.database import Database
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.tx import Tx
from tocsin.paging import by_hand
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.policies.list import policy_path
from tocsin.surfaces.web.pages.policies.show import load_view
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.visits import viewer_of


@post("/policies/{name:str}/rename")
async def rename_policy(
    name: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """To its page under the new name, or its page with what is in the way."""
    viewer, new_name = _who_may(visit), form.get("name", "").strip()

    async def rename(tx: Tx) -> None:
        await by_hand.rename_policy(tx, name, new_name, viewer)

    return await _attempt(rename, visit, pages, db, name=name, then=policy_path(new_name), typed=new_name)


@post("/policies/{name:str}/copy")
async def copy_policy(
    name: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """To the page of the copy, or that of the policy with what is wrong."""
    viewer, new_name = _who_may(visit), form.get("name", "").strip()

    async def copy(tx: Tx) -> None:
        await by_hand.copy_policy(tx, name, new_name, viewer.actor)

    return await _attempt(copy, visit, pages, db, name=name, then=policy_path(new_name), typed=new_name)


@post("/policies/{name:str}/remove")
async def remove_policy(
    name: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """To the list, or its page with who still uses it."""
    viewer = _who_may(visit)

    async def remove(tx: Tx) -> None:
        await by_hand.drop_policy(tx, name, viewer)

    return await _attempt(remove, visit, pages, db, name=name, then="/policies", typed="")


def _who_may(visit: Visit) -> Viewer:
    viewer = viewer_of(visit)
    viewer.require(Permission.CONFIGURE, "write escalation policies")
    return viewer


async def _attempt(
    change: Callable[[Tx], Awaitable[None]],
    visit: Visit,
    pages: Pages,
    db: Database,
    *,
    name: str,
    then: str,
    typed: str,
) -> Response[str] | Redirect:
    try:
        async with db.transaction() as tx:
            await change(tx)
    except (Invalid, Refused) as refusal:
        problem = refusal
    else:
        return Redirect(then, status_code=303)
    async with db.connection() as conn:
        view = await load_view(conn, visit, name)
    status = 409 if isinstance(problem, Refused) else 400
    return pages.page("policies/show.html", visit, status=status, view=view, problem=problem, typed=typed)
