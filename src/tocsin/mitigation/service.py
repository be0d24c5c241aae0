"""Use cases of a mitigation recorded by hand: begin, finish, list (MIT-0). What to do when it made things worse is in
`worse`.
"""

from collections.abc import Sequence

from tocsin.accounts import service as accounts
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.mitigation import rules, store
from tocsin.mitigation.events import MitigationBegun, MitigationFinished
from tocsin.mitigation.model import Mitigation, MitigationDraft, Result


async def begin(
    tx: Tx, incident_id: int, draft: MitigationDraft, by: str, *, is_identified: bool = False
) -> Mitigation:
    """Somebody does something about it, and the incident shows *Mitigating* until it has a result.

    `is_identified`: the person says that the cause is known with it, and the status moves; otherwise it never does.
    Raises Invalid that names the field, NotFound for a doer nobody knows, Refused for an incident that is over.
    """
    incident = await incidents.lock(tx, incident_id)
    draft = rules.check_draft(draft, incident, tx.now)
    doer = f"@{(await accounts.get_user_by_name(tx.conn, draft.by)).name}" if draft.by else by
    made = await store.insert_mitigation(tx.conn, incident_id, draft, by=doer, recorded_by=by)
    await tx.emit(
        MitigationBegun(
            **incidents.about(incident, by),
            sentence=rules.begun(made),
            mitigation_id=made.id,
            n=made.n,
            what=made.what,
            strategy=made.strategy,
            is_temporary=made.is_temporary,
            dry_run=made.dry_run,
        )
    )
    if is_identified and incident.status in rules.BEFORE_IDENTIFIED:
        await incidents.change_status(tx, incident_id, Status.IDENTIFIED, by, f"Mitigation {made.n} addresses it")
    return made


async def finish(tx: Tx, incident_id: int, n: int, result: Result, by: str, note: str = "") -> Mitigation:
    """It is done, and helped or had no effect; what made it worse goes through `worse.made_worse`.

    Raises NotFound, Refused when it has ended, Invalid for an overlong note.
    """
    incident, mitigation, note = await to_finish(tx, incident_id, n, note)
    await store.update_mitigation_ended(tx.conn, mitigation.id, result, note, tx.now)
    await tx.emit(
        MitigationFinished(
            **incidents.about(incident, by),
            sentence=rules.finished(mitigation, result, by, note),
            mitigation_id=mitigation.id,
            n=n,
            what=mitigation.what,
            result=result,
            note=note,
        )
    )
    return await get_mitigation(tx.conn, incident, n)


async def to_finish(tx: Tx, incident_id: int, n: int, note: str) -> tuple[Incident, Mitigation, str]:
    """The incident under its lock, the running mitigation and the note, trimmed. Raises NotFound, Refused, Invalid."""
    incident = await incidents.lock(tx, incident_id)
    mitigation = await get_mitigation(tx.conn, incident, n)
    return incident, mitigation, rules.check_finish(mitigation, incident.number, note)


async def get_mitigation(conn: Conn, incident: Incident, n: int) -> Mitigation:
    """Of an incident that the caller may see, by its number there. Raises NotFound."""
    found = await store.find_mitigation(conn, incident.id, n)
    if found is None:
        ref = incident_ref(incident.number)
        raise NotFound(f"{ref} has no mitigation {n}.", f"tocsin mitigate {ref} lists them.", field="n")
    return found


async def list_mitigations(conn: Conn, incident_id: int) -> list[Mitigation]:
    """All of an incident, in the order in which they were begun."""
    return await store.list_mitigations(conn, incident_id)


async def list_mitigating(conn: Conn, incident_ids: Sequence[int]) -> set[int]:
    """Those of these incidents that show *Mitigating*: one query for a page."""
    return await store.list_mitigating(conn, incident_ids)
