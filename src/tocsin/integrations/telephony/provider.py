"""Who carries a text or a call: one request that a provider takes, and its name of it."""

from typing import NamedTuple, Protocol, TypeVar

from tocsin.delivery.model import Outgoing

Content = TypeVar("Content", contravariant=True)


class Taken(NamedTuple):
    """`answer` is one short line, `ref` the provider's name of the text or call, empty when it gives none."""

    answer: str
    ref: str


class Provider(Protocol[Content]):
    """`endpoint` is "host:port"; `carry` raises SendFailed unless the provider took it."""

    @property
    def endpoint(self) -> str: ...

    async def carry(self, outgoing: Outgoing, content: Content) -> Taken: ...
