"""Who was paged at night of late: what the checker of schedules must know to ask for rest, and cannot read itself."""

from datetime import datetime, timedelta

from tocsin.accounts import service as accounts
from tocsin.catalog import service as catalog
from tocsin.insights.load import is_night
from tocsin.kernel.db import Conn
from tocsin.kernel.localtime import zone_of
from tocsin.oncall.findings import Wake
from tocsin.paging import service as paging

BACK = timedelta(days=7)
"""The longest rest that a limit can ask for."""


async def list_wakes(conn: Conn, now: datetime) -> list[Wake]:
    """Pages of high urgency that came at night, on the clock of whom they reached; oldest first."""
    organisation = await catalog.organisation(conn)
    users = {user.name: user for user in await accounts.list_users(conn)}
    pages = await paging.list_pages_of_people(conn, [user.id for user in users.values()], now - BACK, now)
    return [
        Wake(page.user_name, page.created_at)
        for page in pages
        if is_night(
            page.created_at,
            zone_of(users[page.user_name].time_zone or organisation.time_zone),
            organisation.on_call.night,
        )
    ]
