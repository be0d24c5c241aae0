"""`tocsin channels`: what is configured, and which peers answer."""

from decimal import Decimal

from tests.surfaces.cli.terminal import Terminal
from tocsin.accounts.service import get_user_by_name
from tocsin.db.database import Database
from tocsin.delivery.model import MessageView, Notification, Purpose
from tocsin.delivery.service import notify
from tocsin.delivery.spending_store import insert_cost
from tocsin.integrations.channels.registry import KINDS


async def test_kinds_and_what_they_lack(cli: Terminal) -> None:
    said = (await cli("channels")).out
    assert "email\n  nothing was sent by it within the last day\n" in said
    assert "webhook\n  nothing was sent by it within the last day\n" in said
    assert "texts and calls\n  cost 0.00 EUR today of 1.00, 0.00 EUR this month\n" in said
    kinds = [each["kind"] for each in (await cli("channels", "--json")).json()["channels"]]
    assert kinds == list(KINDS)


async def test_when_the_cap_is_reached_it_says_what_happens_now(cli: Terminal, db: Database) -> None:
    async with db.transaction() as tx:
        user = await get_user_by_name(tx.conn, "alice")
        (sent,) = await notify(
            tx,
            Notification(user_id=user.id, topic="incident/1", purpose=Purpose.PAGE, message=MessageView(title="x")),
        )
        await insert_cost(tx.conn, sent, "sms", Decimal("1.24"), tx.now)
    said = (await cli("channels")).out
    assert "  cost 1.24 EUR today of 1.00, 1.24 EUR this month\n  sms: 1.24 EUR this month\n" in said
    assert "the cost cap is reached: 1.24 EUR today, of 1.00 EUR" in said
    assert "people are told by their next way, but for first pages of the worst level" in said
    spending = (await cli("channels", "--json")).json()["spending"]
    assert (spending["today"], spending["per_day"], spending["per_month"]) == ("1.240000", "1", None)
    assert spending["by"] == [{"kind": "sms", "today": "1.240000", "this_month": "1.240000"}]


async def test_the_contact_card_is_printed_as_phones_read_it(cli: Terminal) -> None:
    assert (await cli("contact", "card")).out.startswith("BEGIN:VCARD")
    assert (await cli("contact", "card", "--json")).json()["numbers"] == ["+15557654321", "+4930123456"]
