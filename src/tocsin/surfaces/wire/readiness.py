"""Readiness on the wire (ONC-6)."""

from collections.abc import Sequence

import msgspec

from tocsin.insights.readiness_model import Readiness


class ReadinessList(msgspec.Struct, kw_only=True):
    """One for each person and shift. Of an item `state` is ready, missing or note (to be read)."""

    readiness: list[Readiness]


class SentTestPage(msgspec.Struct, kw_only=True):
    person: str


class AskedProbes(msgspec.Struct, kw_only=True):
    """How many access probes a worker tries now."""

    probes: int


def readiness(found: Sequence[Readiness]) -> ReadinessList:
    return ReadinessList(readiness=list(found))
