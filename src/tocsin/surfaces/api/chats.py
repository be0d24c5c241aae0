"""The chats of the organisation over HTTP: which there are, and a test message to one."""

from litestar import get, post
from litestar.params import FromPath

from tocsin.accounts.model import Permission
from tocsin.catalog import chats
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.wire import chats as wire
from tocsin.surfaces.wire.contacts import SentTest


@get("/chats", summary="The chats that a step may post to")
async def list_chats(db: Db) -> wire.ChatList:
    """With what became of the last test message to each."""
    async with db.connection() as conn:
        return wire.chat_list(await chats.list_tested(conn))


@post("/chats/{name:str}/test", status_code=202, summary="Post a test message to a chat")
async def send_test(name: FromPath[str], viewer: Caller, db: Db) -> SentTest:
    """At most one in half a minute."""
    viewer.require(Permission.RESPOND, "post to a chat")
    async with db.transaction() as tx:
        return SentTest(delivery=str(await chats.send_test(tx, name, viewer.actor)))
