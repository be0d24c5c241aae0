"""Many hands at once in real time: a real worker climbs, while people answer, resolve and reopen the same incidents.

Locks are taken in one order everywhere, so PostgreSQL finds no deadlock; and when it is quiet again nothing is
forgotten.
"""

import asyncio
import random
from datetime import timedelta

from tests.stories.conftest import ORGANISATION
from tests.stories.test_invariants import INVARIANTS
from tests.support.channels import Airwaves, RecordingChannel
from tests.support.keys import KEYRING
from tests.support.patience import PATIENCE
from tests.support.world import CHANNELS, EVERYTHING
from tocsin.config.apply import apply
from tocsin.config.files import load_texts
from tocsin.db.database import Database
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import ack_links
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.kernel.errors import Refused
from tocsin.paging import commands, handing_over, snoozing
from tocsin.reactions import JOB_KINDS, REACTIONS
from tocsin.worker import Worker

INCIDENTS = 12
QUICK = ORGANISATION.replace("wait: 5m", "wait: 1s").replace("wait: 10m", "wait: 1s")
BUSY = "select 1 from job where run_at <= %s and kind not like 'kernel.%%' limit 1"
DEADLOCKS = "select deadlocks from pg_stat_database where datname = current_database()"


async def one_deed(db: Database, dice: random.Random) -> None:
    """Somebody does something to some incident; a refusal is as good as a deed."""
    ref, who = f"INC-{dice.randint(1, INCIDENTS)}", f"@{dice.choice(['alice', 'bob', 'carol'])}"
    deed = dice.choice(
        ["acknowledge", "acknowledge", "resolve", "reopen", "escalate", "decline", "snooze", "reassign", "help"]
    )
    try:
        async with db.transaction() as tx:
            incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
            match deed:
                case "acknowledge":
                    await commands.acknowledge(tx, incident.id, who, "cli")
                case "resolve":
                    await incidents.resolve(tx, incident.id, who, "done")
                case "reopen":
                    await incidents.reopen(tx, incident.id, who, "not over")
                case "decline":
                    await commands.decline(tx, incident.id, who, "not me")
                case "snooze":
                    await snoozing.snooze(tx, incident.id, who, "cli", timedelta(minutes=1))
                case "reassign":
                    await handing_over.reassign(tx, incident.id, dice.choice(["alice", "bob"]), who)
                case "help":
                    await handing_over.add_responders(tx, incident.id, ["bob"], who)
                case _:
                    await commands.escalate(tx, incident.id, who)
    except Refused:
        return


async def rows(db: Database, statement: str, *parameters: object) -> list[tuple[object, ...]]:
    async with db.connection() as conn:
        cursor = await conn.execute(statement, parameters or None)  # type: ignore[arg-type]
        return await cursor.fetchall()


async def test_all_at_once(dsn: str) -> None:
    airwaves, dice = Airwaves(), random.Random(17)
    links = ack_links(bytes(32), "https://tocsin.example.com")
    outbox = Outbox({kind: RecordingChannel(kind, airwaves) for kind in CHANNELS}, links, Bulkheads())
    async with Database(dsn, reactions=REACTIONS, size=20, keyring=KEYRING) as db:
        async with db.transaction() as tx:
            await apply(tx, load_texts({"tocsin.yaml": QUICK}, {}), by="@story", unconfigured={})
        worker = Worker(db, [*JOB_KINDS, *outbox.kinds()])
        working = asyncio.create_task(worker.run())
        for number in range(INCIDENTS):
            async with db.transaction() as tx:
                await incidents.declare(tx, Declaration(title=f"Number {number}", services=("checkout",)))
        for _ in range(25):
            await asyncio.gather(*(one_deed(db, dice) for _ in range(8)))
        async with asyncio.timeout(PATIENCE):
            # The ladder takes five seconds at most; what is due then has been done.
            while await rows(db, BUSY, db.clock.now()):  # noqa: ASYNC110 - the condition is in the database
                await asyncio.sleep(0.05)
        assert await rows(db, DEADLOCKS) == [(0,)]
        worker.stop()
        await working
        for statement in INVARIANTS:
            assert await rows(db, statement) == []
