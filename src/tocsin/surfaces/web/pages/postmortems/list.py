"""Every postmortem that the viewer may see, with who sees to it and when it is due."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Response

from tocsin.catalog import service as catalog
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import review, service
from tocsin.postmortems.model import Postmortem, State, read_state
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import LevelView, level_view
from tocsin.surfaces.web.visits import viewer_of

PAGE = 50


class PostmortemLine(msgspec.Struct, frozen=True, kw_only=True):
    """`due` is when it has to be published; None: it is, or nobody demands it. `comments` are those that are open."""

    ref: str
    path: str
    title: str
    level: LevelView | None
    state: str
    owner: str | None
    due: datetime | None
    published_at: datetime | None
    comments: int


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """`older` is the number of an incident with which the list goes on; None: it is whole."""

    state: str
    states: tuple[State, ...]
    lines: tuple[PostmortemLine, ...]
    older: int | None


@get("/postmortems")
async def list_postmortems(
    visit: GivenVisit,
    pages: GivenPages,
    db: GivenDb,
    of_state: Annotated[
        str, QueryParameter(name="state", description="draft, in-review or published; empty: all.")
    ] = "",
    before: Annotated[int | None, QueryParameter(description="The number of an incident: older ones only.")] = None,
) -> Response[str]:
    """The newest incident first."""
    wanted = read_state(of_state) if of_state else None
    async with db.connection() as conn:
        found = await service.list_postmortems(conn, viewer_of(visit), state=wanted, before=before, limit=PAGE + 1)
        comments = await review.count_open_comments(conn, found)
        profile = await catalog.severity_profile(conn)
    view = ListView(
        state=wanted or "",
        states=tuple(State),
        lines=tuple(_line(each, level_view(profile, each.severity), comments.get(each.id, 0)) for each in found[:PAGE]),
        older=found[PAGE - 1].incident_number if len(found) > PAGE else None,
    )
    return pages.page("postmortems/list.html", visit, view=view)


def _line(found: Postmortem, level: LevelView | None, comments: int) -> PostmortemLine:
    ref = incident_ref(found.incident_number)
    return PostmortemLine(
        ref=ref,
        path=f"/postmortems/{ref}",
        title=found.title,
        level=level,
        state=found.state.words,
        owner=found.owner,
        due=None if found.is_published else found.publish_by,
        published_at=found.published_at,
        comments=comments,
    )
