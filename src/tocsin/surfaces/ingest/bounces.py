"""Mails that come back, to `bounces+<token>@…`: what they say of a delivery is recorded (PAG-6)."""

import asyncio
import logging
from dataclasses import dataclass
from uuid import UUID

from tocsin.db.database import Database
from tocsin.delivery.reports import find_delivery, record_report
from tocsin.integrations.channels.email.bounces import report_of
from tocsin.integrations.channels.email.return_path import ReturnPath
from tocsin.kernel.text import one_line

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BounceDesk:
    """Beside the desk of alerts, at the same door."""

    db: Database
    return_path: ReturnPath

    def read(self, recipient: str) -> UUID | None:
        """The delivery that a mail to this address is about."""
        return self.return_path.read(recipient)

    async def take(self, delivery_id: UUID, body: bytes) -> None:
        """Whatever is no bounce of a mail of ours changes nothing; told twice, a bounce counts once."""
        async with self.db.connection() as conn:
            delivery = await find_delivery(conn, delivery_id)
        if delivery is None or delivery.kind != "email":
            return
        report = await asyncio.to_thread(report_of, body, delivery.address)  # a large one keeps no alert waiting
        if report is None:
            return
        async with self.db.transaction() as tx:
            if await record_report(tx, delivery_id, report):
                _log.warning("a mail to %s did not arrive: %s", delivery.user_name, one_line(report.answer))
