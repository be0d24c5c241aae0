"""The chats of the organisation on the wire: which rooms a step may post to, and whether they were reached."""

from collections.abc import Sequence

import msgspec

from tocsin.catalog.model import ChatStanding
from tocsin.delivery.wording import shown_address
from tocsin.surfaces.wire.contacts import LastTest, last_test


class Chat(msgspec.Struct, kw_only=True):
    """One room, which a step names as `chat:NAME`; of its address the host is shown."""

    name: str
    kind: str
    address: str
    managed_by: str | None
    last_test: LastTest | None


class ChatList(msgspec.Struct, kw_only=True):
    """All, by name."""

    chats: list[Chat]


def chat_list(found: Sequence[ChatStanding]) -> ChatList:
    return ChatList(chats=[_chat(each) for each in found])


def _chat(each: ChatStanding) -> Chat:
    return Chat(
        name=each.chat.name,
        kind=each.chat.kind,
        address=shown_address(each.chat.kind, each.chat.address),
        managed_by=each.chat.managed_by,
        last_test=last_test(each.test) if each.test is not None else None,
    )
