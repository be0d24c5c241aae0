"""What would happen, over HTTP: one question to what is in force, and to a draft beside it (PAG-8). Sends nothing."""

import msgspec
from litestar import post
from litestar.params import JSONBody

from tocsin.accounts.model import Permission
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.setup import load_setups
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.api.callers import Caller, Db
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
