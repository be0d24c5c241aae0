"""What would happen, over HTTP: one question to what is in force, and to a draft beside it (PAG-8); and one person at
one instant (PAG-6). Sends nothing.
"""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.accounts.model import Permission
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.setup import load_setups
from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import LedgerEntry, list_kinds
from tocsin.kernel.localtime import instant_of, zone_of
from tocsin.simulation.person import PersonStory, explain_person
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.wire import person as wire
from tocsin.surfaces.wire.body import has_nul
from tocsin.surfaces.wire.simulation import SimulationAnswer, SimulationRequest, answer


@post("/simulate", status_code=200, summary="What would happen if this alert came and nobody answered")
async def simulate(data: JSONBody[SimulationRequest], viewer: Caller, db: Db) -> SimulationAnswer:
    """Each person, way and minute with the reason, by the very rules of production. Sends and changes nothing."""
    viewer.require(Permission.RESPOND, "simulate")
    if data.document is not None:
        viewer.require(Permission.PLAN, "simulate a configuration")
    if has_nul(msgspec.to_builtins(data)):
        raise Invalid("The question has a NUL character in it.", "Take it out.")
    now = db.clock.now()
    async with db.connection() as conn:
        try:
            setups = await load_setups(conn, data.document, now)
        except ConfigurationInvalid as wrong:
            first = wrong.problems[0]
            raise Invalid(f"The draft cannot be applied: {first}", first.remedy, field="document") from wrong
    return answer(data, setups, now)


AROUND = timedelta(hours=1)
_MOST_ENTRIES = 5000


@get("/people/{name:str}/explain", summary="What calls a person at an instant, how, and why not")
async def explain(
    name: FromPath[str],
    viewer: Caller,
    db: Db,
    at: Annotated[str | None, QueryParameter(description="Without an offset on the organisation's clock; now.")] = None,
) -> wire.PersonExplanation:
    """On call where, called by which steps for which services, by which ways; and the pages around that time."""
    now = db.clock.now()
    async with db.connection() as conn:
        setup = (await load_setups(conn, None, now)).live
        zone = setup.organisation.time_zone
        instant = _instant(at, zone) if at else now
        story = explain_person(setup, name.removeprefix("@"), instant)
        kinds = ("PersonPaged", "PersonNotPaged", "PageUnreached")
        entries = await list_kinds(
            conn, kinds, since=instant - AROUND, until=instant + AROUND, scopes=viewer.scopes, limit=_MOST_ENTRIES
        )
    return _explanation(story, zone, entries)


def _instant(text: str, zone: str) -> datetime:
    """Raises Invalid."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{text[:40]!r} is not an instant.", "Write it as 2026-12-24T03:00.", field="at") from None
    return read if read.tzinfo is not None else instant_of(read, zone_of(zone))


def _explanation(story: PersonStory, time_zone: str, entries: list[LedgerEntry]) -> wire.PersonExplanation:
    return wire.PersonExplanation(
        person=story.person,
        at=story.at,
        time_zone=time_zone,
        hindrance=story.hindrance,
        on_call=list(story.on_call),
        off_call=list(story.off_call),
        rungs=msgspec.convert(story.rungs, list[wire.Rung], from_attributes=True),
        not_called=list(story.not_called),
        ways=story.ways,
        not_by=list(story.not_by),
        pages=[
            wire.Page(at=each.at, incident=incident_ref(each.data["number"]), sentence=each.sentence)
            for each in entries
            if each.data.get("user") == story.person
        ],
    )
