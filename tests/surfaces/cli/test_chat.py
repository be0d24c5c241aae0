"""`tocsin chat`: who may not post there, what is listed, and a test message."""

from tests.surfaces.cli.terminal import Terminal
from tocsin.catalog import directory
from tocsin.catalog.model import Chat
from tocsin.db.database import Database
from tocsin.delivery import service

ADDRESS = "https://hooks.slack.com/services/T0/B0/s3cret"


async def add_room(db: Database) -> None:
    async with db.transaction() as tx:
        await directory.put_chat(tx, Chat(name="ops", kind="slack", address=ADDRESS, managed_by="tocsin.yaml"))


async def test_who_may_not(cli: Terminal, db: Database) -> None:
    await add_room(db)
    assert "may not post to a chat" in (await cli("chat", "test", "ops", who="vera", status=1)).err
    assert "s3cret" not in (await cli("chat", "list", who="vera")).out


async def test_a_room_is_tested_and_says_what_became_of_it(cli: Terminal, db: Database) -> None:
    assert "There is no chat." in (await cli("chat", "list")).out
    await add_room(db)
    assert "ops  slack hooks.slack.com, by tocsin.yaml\n  never tested" in (await cli("chat", "list")).out
    assert "on its way to chat:ops" in (await cli("chat", "test", "ops")).out
    async with db.connection() as conn:
        (sent,) = await service.list_deliveries(conn, "chat/ops")
    assert (sent.user_name, sent.kind, sent.message.can_acknowledge) == ("chat:ops", "slack", False)
    assert "last test" in (listed := (await cli("chat", "list")).out)
    assert listed.rstrip().endswith("waits")
    assert "a moment ago" in (await cli("chat", "test", "ops", status=1)).err
    (chat,) = (await cli("chat", "list", "--json")).json()["chats"]
    assert chat["address"] == "hooks.slack.com"
    assert (chat["last_test"]["state"], chat["last_test"]["words"]) == ("waiting", "waits")


async def test_a_room_that_is_not_there(cli: Terminal) -> None:
    assert "There is no chat 'ops'" in (await cli("chat", "test", "ops", status=1)).err
