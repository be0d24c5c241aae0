"""All action items: what is open and what is late, of whom, of which team, and how much gets done (PMT-6)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission
from tocsin.postmortems import actions
from tocsin.postmortems.action_model import ActionFilter, Category, Wanted, read_choice
from tocsin.postmortems.action_rules import Completion
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.actions.lines import ActionLine, lines
from tocsin.surfaces.web.visits import viewer_of

WORDS = {Wanted.OPEN: "Open", Wanted.OVERDUE: "Overdue", Wanted.DONE: "Done", Wanted.ALL: "All"}


class ActionsView(msgspec.Struct, frozen=True, kw_only=True):
    """`wanted` is the list that is shown, `chosen` what it is narrowed down to."""

    lines: tuple[ActionLine, ...]
    wanted: Wanted
    ways: tuple[tuple[Wanted, str], ...]
    chosen: dict[str, str]
    people: tuple[str, ...]
    teams: tuple[str, ...]
    categories: tuple[str, ...]
    completion: Completion
    next_after: int | None
    may_change: bool

    def address(self, wanted: str = "", after: int | None = None) -> str:
        """This page, narrowed down to the same, of another list or from another item on."""
        said = {**self.chosen, "state": wanted or self.wanted.value, "after": str(after or "")}
        return "/actions?" + urlencode({name: value for name, value in said.items() if value})


@get("/actions")
async def list_actions(
    visit: GivenVisit,
    pages: GivenPages,
    db: GivenDb,
    wanted_state: Annotated[str, QueryParameter(name="state", description="open, overdue, done or all.")] = "open",
    owner: Annotated[str, QueryParameter(description="A name.")] = "",
    team: Annotated[str, QueryParameter(description="Of incidents of this team's services.")] = "",
    category: Annotated[str, QueryParameter(description="prevent, detect, respond or process.")] = "",
    after: Annotated[int | None, QueryParameter(description="The id that the page before ended with.")] = None,
) -> Response[str]:
    """Of the incidents that the viewer sees."""
    viewer = viewer_of(visit)
    wanted = ActionFilter(
        wanted=read_choice(Wanted, wanted_state, "state"),
        owner=owner or None,
        team=team or None,
        category=read_choice(Category, category, "category") if category else None,
        after=after,
    )
    async with db.connection() as conn:
        today = await actions.today(conn, visit.times.now)
        page = await actions.list_action_items(conn, viewer, wanted, today)
        reckoned = await actions.read_completion(conn, viewer, wanted, today)
        people = tuple(user.name for user in await accounts.list_users(conn) if not user.is_disabled)
        teams = tuple(each.name for each in await accounts.list_teams(conn))
    view = ActionsView(
        lines=lines(page.items, today, viewer.name),
        wanted=wanted.wanted,
        ways=tuple(WORDS.items()),
        chosen={"owner": owner, "team": team, "category": category},
        people=people,
        teams=teams,
        categories=tuple(Category),
        completion=reckoned,
        next_after=page.next_after,
        may_change=viewer.may(Permission.RESPOND),
    )
    return pages.page("actions/list.html", visit, view=view)
