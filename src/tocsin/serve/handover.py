"""What `tocsin serve` hands to its own next version when it replaces itself in place: the very same process id goes on
with the listening socket, the lock, the lifeline, the running children – and PostgreSQL, which never notices.
"""

import os
import sys
from typing import NoReturn

import msgspec

from tocsin.serve.children import python

OPTION = "--resume"


class Handover(msgspec.Struct, frozen=True):
    """File descriptors, and the process ids of the children by role."""

    socket: int
    lock: int | None
    lifeline: tuple[int, int]
    children: dict[str, int]

    def descriptors(self) -> list[int]:
        return [each for each in (self.socket, self.lock, *self.lifeline) if each is not None]


def replace_process(handover: Handover) -> NoReturn:
    for descriptor in handover.descriptors():
        os.set_inheritable(descriptor, True)
    state = msgspec.json.encode(handover).decode()
    os.execv(sys.executable, [*python(), "serve", OPTION, state])  # noqa: S606  ourselves, in the next version


def read_handover(state: str) -> Handover:
    handover = msgspec.json.decode(state, type=Handover)
    for descriptor in handover.descriptors():
        os.set_inheritable(descriptor, False)
    return handover
