"""What a worker is made of."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version

from tocsin.alerts.jobs import PLACES as ALERT_PLACES
from tocsin.db.database import Database
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import ack_links
from tocsin.integrations.channels.registry import open_channels
from tocsin.reactions import JOB_KINDS, REACTIONS
from tocsin.settings import Settings
from tocsin.worker import Worker

CONNECTIONS = 10


@asynccontextmanager
async def open_worker(settings: Settings, dsn: str) -> AsyncGenerator[Worker]:
    """Ready to `run`."""
    async with Database(dsn, reactions=REACTIONS, size=CONNECTIONS) as db, open_channels(settings) as channels:
        outbox = Outbox(channels, ack_links(settings.secret_key, settings.public_url), Bulkheads())
        kinds = (*JOB_KINDS, *outbox.kinds())
        yield Worker(db, kinds, places={**ALERT_PLACES, **outbox.places()}, version=version("tocsin"))
