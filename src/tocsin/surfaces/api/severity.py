"""The severity of an incident over HTTP: what is known of its impact, the level that means, a person's word (CLS-3)."""

from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from tocsin.incidents import facts_of, regrading
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.insights.severity_review import USUAL_DAYS, read_review
from tocsin.kernel.db import Conn
from tocsin.surfaces.api.callers import Caller, Db, Here, Ref
from tocsin.surfaces.api.incident_answers import answer
from tocsin.surfaces.wire import incidents as wire_incidents
from tocsin.surfaces.wire import severity as wire
from tocsin.surfaces.wire import severity_review as wire_review


@get("/incidents/{ref:str}/facts", summary="What is known of the impact, and which level that means")
async def show_facts(ref: Ref, viewer: Caller, db: Db) -> wire.Known:
    """With the criterion that decided, what could still raise it, and what was known before."""
    async with db.connection() as conn:
        return await _known(conn, await incidents.get_incident(conn, viewer, ref))


@post("/incidents/{ref:str}/facts", status_code=200, summary="Say what has become known of the impact")
async def learn_facts(ref: Ref, data: JSONBody[wire.FactsRequest], viewer: Caller, db: Db) -> wire.Known:
    """The level stays; where the facts now assess to another one, that is proposed with its reason."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "grade incidents")
        await facts_of.learn_facts(tx, incident.id, data.facts, viewer.actor)
        return await _known(tx.conn, await incidents.get(tx.conn, incident.id))


@post("/incidents/{ref:str}/severity", status_code=200, summary="Change the severity, or keep it")
async def change_severity(
    ref: Ref, data: JSONBody[wire.SeverityRequest], viewer: Caller, db: Db, site: Here
) -> wire_incidents.Incident:
    """Raise or lower it, with a reason; naming the level that it has declines what the known facts propose."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "grade incidents")
        after = await regrading.change_severity(tx, incident.id, data.severity, viewer.actor, data.reason)
        return await answer(tx.conn, after, site)


@get("/insights/severity", summary="How often people changed the suggested severity")
async def review_severity(
    viewer: Caller,
    db: Db,
    days: Annotated[int, QueryParameter(description="So many days back, 1 to 366.")] = USUAL_DAYS,
) -> wire_review.SeverityReview:
    """By level and by criterion, which way, and each change with its reason; of the incidents that the caller sees."""
    async with db.connection() as conn:
        return wire_review.severity_review(await read_review(conn, viewer, days, db.clock.now()))


async def _known(conn: Conn, incident: Incident) -> wire.Known:
    judgement = await facts_of.judge(conn, incident)
    return wire.known(incident, judgement.assessment, judgement.proposal, judgement.history)
