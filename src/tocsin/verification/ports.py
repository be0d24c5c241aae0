"""What verification needs from the world: somebody who looks at one kind of check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from tocsin.verification.model import Finding, Occasion


class Executor(Protocol):
    """Looks once; changes nothing, so that it may be asked again. Whoever asks bounds the time."""

    async def look(self, check: Any, occasion: Occasion, /) -> Finding: ...


Executors = Mapping[str, Executor]
"""By kind: http, promql, sql, tcp, command."""
