"""Pushover's callback: somebody has acknowledged a page in its app, which acknowledges it here.

Pushover signs nothing: the address that it was given for one message is the proof, and nobody else has it (SEC-5).
"""

from urllib.parse import parse_qsl
from uuid import UUID

from tocsin.db.database import Database
from tocsin.delivery import service as delivery
from tocsin.delivery.keys import ack_links, callback_links
from tocsin.integrations.channels.pushover.send import PLACE
from tocsin.kernel.errors import Forbidden, NotFound, Refused
from tocsin.paging.by_delivery import Answer as Said
from tocsin.paging.by_delivery import answer
from tocsin.settings import Settings
from tocsin.surfaces.callbacks.call import Answer, Call, noted, refused, unproven


class PushoverCallbacks:
    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._links = ack_links(settings.secret_key, settings.public_url)
        self._callbacks = callback_links(settings.secret_key, settings.public_url)

    def refuse(self, call: Call) -> Answer | None:
        is_ours = self._callbacks.read(PLACE, call.place) is not None
        return None if is_ours else unproven(404, "this address belongs to no message of ours")

    async def answer(self, call: Call) -> Answer:
        delivery_id = self._callbacks.read(PLACE, call.place)
        assert delivery_id is not None, "refused before"
        if dict(parse_qsl(call.body.decode(errors="replace"))).get("acknowledged") != "1":
            return refused(400, "only acknowledged=1 is told here")
        await self._acknowledge(delivery_id)
        return noted()

    async def _acknowledge(self, delivery_id: UUID) -> None:
        """Pushover asks again after an error: what is refused here would be refused again, and is told by nobody."""
        try:
            async with self._db.transaction() as tx:
                sent = await delivery.find(tx.conn, delivery_id)
                if sent is not None:
                    await answer(tx, self._links, sent, Said.TAKE, PLACE)
        except (Refused, NotFound, Forbidden):
            return
