"""The use cases around the checks that people add to one incident, beside those of its services (RES-1)."""

from __future__ import annotations

from datetime import timedelta

from tocsin.catalog import service as catalog
from tocsin.catalog.checks import Check, ManualCheck, kind_of
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.verification import own_store, rules, sentences, store
from tocsin.verification.calling_off import call_off
from tocsin.verification.events import CheckAdded, CheckRemoved
from tocsin.verification.model import OWN
from tocsin.verification.service import begin_run, lock_open


async def find_promise(conn: Conn, incident: Incident) -> timedelta | None:
    """The latency that its services promise: the shortest, for a check that says `slo`."""
    mine = [each for each in await catalog.list_services(conn) if each.name in incident.services]
    return min((each.promised_latency for each in mine if each.promised_latency is not None), default=None)


async def add_check(tx: Tx, incident_id: int, check: Check, by: str) -> None:
    """It counts from now on: what a worker can look at is run at once, and what a person has to see makes a wish to
    resolve void. Raises Invalid and Refused, as `rules.check_addition` says, and Refused when the incident is over."""
    incident = await lock_open(tx, incident_id, "check")
    rules.check_addition(check, await own_store.list_checks(tx.conn, incident.id))
    await own_store.insert_check(tx.conn, incident.id, check, by, tx.now)
    told = sentences.added(check, by)
    await tx.emit(
        CheckAdded(
            **incidents.about(incident, by),
            sentence=told,
            name=check.name,
            type=kind_of(check),
            asks=sentences.subject_of(check),
        )
    )
    if isinstance(check, ManualCheck):
        await call_off(tx, incident.id, told, by)
    else:
        await begin_run(tx, incident, by)


async def remove_check(tx: Tx, incident_id: int, name: str, by: str) -> None:
    """One that people have added. Raises NotFound, naming those that can be removed; Refused when it is over."""
    incident = await lock_open(tx, incident_id, "remove")
    if not await own_store.delete_check(tx.conn, incident.id, name):
        known = ", ".join(each.name for each in await own_store.list_checks(tx.conn, incident.id))
        raise NotFound(
            f"Nobody has added a check {name!r} to {incident_ref(incident.number)}.",
            f"Those that were added: {known}." if known else "Those of its services stand in the configuration.",
            field="name",
        )
    await store.delete_result(tx.conn, incident.id, OWN, name)
    await tx.emit(CheckRemoved(**incidents.about(incident, by), sentence=sentences.removed(name, by), name=name))
