"""A text is taken back wherever it was kept, and what programs read of the record stays readable (WAR-6)."""

from datetime import timedelta

import pytest

from tests.stores.test_incidents import BOB, declare
from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.delivery import service as delivery
from tocsin.delivery.model import MessageView, Notification, Purpose
from tocsin.incidents import redacting, timeline, writing
from tocsin.incidents.model import EntryType
from tocsin.kernel.clock import VirtualClock

LOOKS_LIKE = ["entry_id", "number", "2026-03-02", "observation", "incident", "483920", "severity"]
"""Names, instants, states and numbers of the record itself."""


@pytest.mark.parametrize("text", LOOKS_LIKE)
async def test_a_text_that_looks_like_the_record_leaves_it_readable(
    db: Database, clock: VirtualClock, text: str
) -> None:
    incident = await declare(db, title="483920 of 2026-03-02")
    then = clock.now() - timedelta(hours=2)
    async with db.transaction() as tx:
        alice = await upsert_user(tx, UserDraft("alice", "alice@example.com"), managed_by=None, actor="tocsin")
        line = f"[{then:%H:%M} UTC] [@alice] [OBSERVATION] the {text} is out"
        (seen,) = await writing.write(tx, incident, "@bob", line, EntryType.NOTE)
        (secret,) = await writing.write(tx, incident, "@bob", text, EntryType.NOTE)
        await writing.correct(tx, BOB, incident, seen.id, f"that {text} is out")
        number = '{"page_id": 14839205}'
        await tx.conn.execute("update ledger set data = data || %s::jsonb where id = %s", (number, seen.id))
        message = MessageView(title="It is out", what=f"{text} is out", since=clock.now())
        told = Notification(user_id=alice.id, topic=incident.topic, purpose=Purpose.INFO, message=message)
        await delivery.notify(tx, told)
    async with db.transaction() as tx:
        await redacting.redact(tx, incident, secret.id, "@root", "a secret")
    async with db.connection() as conn:
        entries = {entry.id: entry for entry in await timeline.read_from(conn, incident)}
        (sent,) = await delivery.list_deliveries(conn, incident.topic)
    assert all(text not in entry.text for entry in entries.values())
    assert (entries[seen.id].text, entries[seen.id].said_at) == ("that [redacted] is out", then)
    assert (entries[seen.id].type, entries[seen.id].said_by) == ("observation", "@alice")
    assert {entry.stored.data["number"] for entry in entries.values()} == {1}
    assert (sent.message.what, sent.message.since) == ("[redacted] is out", clock.now())
