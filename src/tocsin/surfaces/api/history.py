"""A recorded history over HTTP, to be played against a draft (PAG-8), and the setup that is in force beside it."""

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from msgspec.structs import replace

from tocsin.accounts.model import Permission
from tocsin.alerts.history import list_periods
from tocsin.config.setup import load_setups
from tocsin.delivery.wording import shown_address
from tocsin.incidents.history import list_deeds
from tocsin.paging.sealing import shown_policy
from tocsin.simulation.setup import Setup, Somebody
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_number, as_utc
from tocsin.surfaces.wire import history as wire

PAGE = 2000


@get("/history", summary="What was heard and done, to be played again")
async def read_history(
    viewer: Caller,
    db: Db,
    since: Annotated[datetime, QueryParameter(description="From this instant on.")],
    until: Annotated[datetime | None, QueryParameter(description="Up to this instant; now.")] = None,
    cursor: Annotated[str | None, QueryParameter(description="`next_cursor` of the page before.")] = None,
) -> wire.HistoryPage:
    """Each firing period of each alert, and who acknowledged and resolved what came of it."""
    after = as_number(cursor, "cursor")
    begins, ends = as_utc(since, "since"), as_utc(until, "until") if until else db.clock.now()
    async with db.connection() as conn:
        periods = await list_periods(conn, viewer.scopes, since=begins, until=ends, after_id=after or 0, limit=PAGE + 1)
        deeds = await list_deeds(conn, viewer.scopes, since=begins, until=ends) if after is None else []
    shown = periods[:PAGE]
    return wire.HistoryPage(
        alerts=[wire.heard(each) for each in shown],
        deeds=[wire.did(each) for each in deeds],
        next_cursor=str(shown[-1].id) if len(periods) > PAGE else None,
    )


@get("/config/setup", summary="Everything that decides who is called, as a simulation takes it")
async def read_setup(viewer: Caller, db: Db) -> Setup:
    """Addresses are as far as they may be shown."""
    viewer.require(Permission.CONFIGURE, "read the whole configuration")
    async with db.connection() as conn:
        setup = (await load_setups(conn, None, db.clock.now())).live
    return _shown(setup)


def _shown(setup: Setup) -> Setup:
    """Of an address that may be a secret only the host (SEC-3)."""
    announce = tuple(
        replace(each, address=shown_address(each.kind, each.address)) for each in setup.organisation.announce
    )
    chats = {
        name: replace(each, address=shown_address(each.kind, each.address))
        for name, each in setup.registry.chats.items()
    }
    return replace(
        setup,
        registry=replace(setup.registry, chats=chats),
        organisation=replace(setup.organisation, announce=announce),
        people={name: _shown_somebody(each) for name, each in setup.people.items()},
        policies={name: shown_policy(each) for name, each in setup.policies.items()},
    )


def _shown_somebody(somebody: Somebody) -> Somebody:
    contacts = tuple(replace(each, address=shown_address(each.kind, each.address)) for each in somebody.contacts)
    return replace(somebody, contacts=contacts)
