"""Why a person is called at a chosen time, or is not: on call where, by which steps, how, and the pages around it."""

from datetime import datetime, timedelta

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from tocsin.config.setup import load_setups
from tocsin.kernel.ledger import LedgerEntry, list_kinds
from tocsin.simulation.person import PersonStory, explain_person
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.incidents.entries import EntryView, entry_view
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.spans import read_local
from tocsin.surfaces.web.visits import viewer_of

AROUND = timedelta(hours=1)
_KINDS = ("PersonPaged", "PersonNotPaged", "PageUnreached")
_MOST_ENTRIES = 5000


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """`after` such as "5 min later", "at once"."""

    after: str
    policy: str
    services: str
    label: str
    why: str


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """`entries` are from the ledger, within an hour of `at`; all else is the configuration of now."""

    story: PersonStory
    at_field: str
    steps: tuple[StepView, ...]
    entries: tuple[EntryView, ...]


@get("/people/{name:str}/why")
async def show_person(
    name: FromPath[str], request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """At `at=`, a time on the viewer's clock; now without it."""
    viewer = viewer_of(visit)
    text = request.query_params.get("at", "").strip()
    at = _instant(text, visit)
    async with db.connection() as conn:
        setup = (await load_setups(conn, None, visit.times.now)).live
        story = explain_person(setup, name, at)
        entries = await list_kinds(
            conn, _KINDS, since=at - AROUND, until=at + AROUND, scopes=viewer.scopes, limit=_MOST_ENTRIES
        )
    return pages.page("oncall/person.html", visit, view=person_view(story, text, entries))


def person_view(story: PersonStory, at_field: str, entries: list[LedgerEntry]) -> PersonView:
    return PersonView(
        story=story,
        at_field=at_field,
        steps=tuple(
            StepView(
                after=f"{rung.after // 60} min later" if rung.after else "at once",
                policy=rung.policy,
                services=", ".join(rung.services),
                label=rung.label,
                why=rung.why,
            )
            for rung in story.rungs
        ),
        entries=tuple(entry_view(each) for each in entries if each.data.get("user") == story.person),
    )


def _instant(text: str, visit: Visit) -> datetime:
    return read_local(text, visit.times.zone, "at") if text else visit.times.now
