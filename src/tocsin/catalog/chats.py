"""Test messages to the chats of the organisation: that a room is reached is known before a page is posted to it."""

from collections.abc import Sequence

from tocsin.accounts.service import audit
from tocsin.catalog import directory
from tocsin.catalog.model import Chat, ChatStanding
from tocsin.delivery import service as delivery
from tocsin.delivery.contacts import TEST_EVERY
from tocsin.delivery.model import DeliveryId, MessageView, Notification, Outsider, Purpose
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.tx import Tx


async def list_tested(conn: Conn) -> list[ChatStanding]:
    """All, by name."""
    return await _with_tests(conn, await directory.list_chats(conn))


async def send_test(tx: Tx, name: str, by: str) -> DeliveryId:
    """Posts a test message. Raises NotFound, and Refused when one was posted a moment ago."""
    found = await _with_tests(tx.conn, await directory.list_chats_by_name(tx.conn, [name]))
    if not found:
        raise NotFound(f"There is no chat {name!r}.", "tocsin chat list names them; `chats:` of a file adds one.")
    chat, before = found[0].chat, found[0].test
    if before is not None and before.requested_at > tx.now - TEST_EVERY:
        seconds = TEST_EVERY.total_seconds()
        raise Refused("A test message was posted there a moment ago.", f"Try again in {seconds:.0f} seconds.")
    (sent,) = await delivery.notify(tx, _test_message(chat, by))
    await audit(tx, by, f"sent a test message by {chat.kind} to", f"chat:{chat.name}")
    return sent


async def _with_tests(conn: Conn, chats: Sequence[Chat]) -> list[ChatStanding]:
    tests = await delivery.list_latest(conn, [_topic(chat) for chat in chats])
    return [ChatStanding(chat, tests.get(_topic(chat))) for chat in chats]


def _topic(chat: Chat) -> str:
    return f"chat/{chat.name}"


def _test_message(chat: Chat, by: str) -> Notification:
    return Notification(
        user_id=None,
        outsider=Outsider(f"chat:{chat.name}", chat.kind, chat.address),
        topic=_topic(chat),
        purpose=Purpose.TEST,
        message=MessageView(
            title=f"Test message for chat:{chat.name}",
            what=f"{by} wants to know whether messages arrive here. If you read this, they do.",
            url="/settings",
        ),
    )
