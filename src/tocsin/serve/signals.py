"""Signals as values: what has arrived is asked for, at a moment when something can be done about it."""

import os
import select
import signal
from collections.abc import Collection
from types import FrameType
from typing import Self

TAKEN = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
KEPT_FOR_LATER = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Signals:
    """While open, the signals of `TAKEN` are collected; `wait` returns them."""

    def __init__(self) -> None:
        self._arrived: set[signal.Signals] = set()
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.set_blocking(self._writing, False)

    def __enter__(self) -> Self:
        for number in TAKEN:
            signal.signal(number, self._note)
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        # Held back while a new version of this program took the place of the old one.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, KEPT_FOR_LATER)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        for number in TAKEN:
            signal.signal(number, signal.SIG_DFL)
        os.close(self._reading)
        os.close(self._writing)

    def _note(self, number: int, _: FrameType | None) -> None:
        self._arrived.add(signal.Signals(number))

    def wait(self, timeout: float, descriptors: Collection[int]) -> tuple[set[signal.Signals], list[int]]:
        """Returns after `timeout` seconds, or as soon as a signal has come or a descriptor can be read."""
        readable, _, _ = select.select([self._reading, *descriptors], [], [], timeout)
        if self._reading in readable:
            readable.remove(self._reading)
            os.read(self._reading, 4096)
        arrived, self._arrived = self._arrived, set()
        return arrived, readable


def hold_back() -> None:
    """Until the next version of this program opens its `Signals`: a stop that comes meanwhile is not lost."""
    signal.pthread_sigmask(signal.SIG_BLOCK, KEPT_FOR_LATER)
