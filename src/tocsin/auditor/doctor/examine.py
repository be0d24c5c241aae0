"""One examination: facts, probes, diagnosis."""

from msgspec.structs import replace

from tocsin.auditor.doctor.facts import hosts_of, read_complaint, read_known
from tocsin.auditor.doctor.model import Ailment
from tocsin.auditor.doctor.probes import probe_all
from tocsin.auditor.doctor.rules import diagnose
from tocsin.db.database import Database
from tocsin.settings import Settings


async def examine(settings: Settings, db: Database) -> list[Ailment]:
    """Takes a few seconds at most: as long as the slowest of the connections that it opens."""
    now = db.clock.now()
    async with db.connection() as conn:
        known = await read_known(conn, now)
        complaint = await read_complaint(conn, settings, known, now)
    probes = await probe_all(settings, hosts_of(known, now))
    return diagnose(replace(complaint, probes=probes))
