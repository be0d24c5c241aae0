"""Mitigations over HTTP (MIT-0, ROL-5): begun, finished, and what follows when one made things worse."""

from litestar import get, post
from litestar.params import FromPath, JSONBody

from tocsin.accounts.model import Viewer
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.mitigation import rules, service, worse
from tocsin.mitigation.model import Mitigation, MitigationDraft, Result
from tocsin.surfaces.api.callers import Caller, Db, Here, Ref
from tocsin.surfaces.api.incidents import named
from tocsin.surfaces.api.parsing import as_id, as_utc
from tocsin.surfaces.api.site import Site
from tocsin.surfaces.wire import mitigations as wire

Number = FromPath[str]
"""Which of the incident's mitigations, from 1 on."""


@get("/incidents/{ref:str}/mitigations", summary="List mitigations")
async def list_mitigations(ref: Ref, viewer: Caller, db: Db) -> wire.MitigationList:
    """What was done against it, in the order in which it was begun."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        found = await service.list_mitigations(conn, incident.id)
    return wire.mitigations(incident_ref(incident.number), found)


@post("/incidents/{ref:str}/mitigations", summary="Record a mitigation")
async def begin_mitigation(ref: Ref, data: JSONBody[wire.MitigationRequest], viewer: Caller, db: Db) -> wire.Mitigation:
    """The incident shows Mitigating until it has a result."""
    result = rules.read_result(data.result) if data.result is not None else None
    draft = MitigationDraft(
        what=data.what,
        strategy=data.strategy,
        way_back=data.way_back,
        dry_run=data.dry_run,
        is_temporary=data.temporary,
        started_at=as_utc(data.started_at, "started_at") if data.started_at else None,
        by=named(data.by, viewer),
    )
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "record mitigations")
        made = await service.begin(tx, incident.id, draft, viewer.actor, is_identified=data.identified)
        if result is not None:
            made = await _finish(tx, incident, made.n, result, viewer, data.note)
        return wire.mitigation(made)


@post("/incidents/{ref:str}/mitigations/{n:str}/finish", status_code=200, summary="Say what came of a mitigation")
async def finish_mitigation(
    ref: Ref, n: Number, data: JSONBody[wire.FinishRequest], viewer: Caller, db: Db
) -> wire.Mitigation:
    """Helped or no-effect; worse does what the call of that name does, with the next step called."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "record mitigations")
        made = await _finish(tx, incident, as_id(n, "n"), rules.read_result(data.result), viewer, data.note)
        return wire.mitigation(made)


@post("/incidents/{ref:str}/mitigations/{n:str}/worse", status_code=200, summary="It made things worse")
async def made_worse(
    ref: Ref, n: Number, viewer: Caller, db: Db, site: Here, data: JSONBody[wire.WorseRequest | None] = None
) -> wire.Worse:
    """In one act: it stops, the room is told and asked how bad it is now, and help is called. The answer offers the
    way back.
    """
    said = data or wire.WorseRequest()
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "record mitigations")
        done = await worse.made_worse(
            tx,
            incident.id,
            as_id(n, "n"),
            viewer.actor,
            said.note,
            helpers=said.helpers,
            calls_help=said.call_help,
        )
    return _answer(incident, done, site)


async def _finish(tx: Tx, incident: Incident, n: int, result: Result, viewer: Viewer, note: str) -> Mitigation:
    if result is Result.WORSE:
        return (await worse.made_worse(tx, incident.id, n, viewer.actor, note)).mitigation
    return await service.finish(tx, incident.id, n, result, viewer.actor, note)


def _answer(incident: Incident, done: worse.Worsened, site: Site) -> wire.Worse:
    return wire.Worse(
        incident=incident_ref(incident.number),
        mitigation=wire.mitigation(done.mitigation),
        way_back=done.way_back,
        called=done.called,
        why_nobody=done.why_nobody,
        maintenance_url=f"{site.public_url}{path}" if (path := rules.maintenance_path(incident)) else None,
    )
