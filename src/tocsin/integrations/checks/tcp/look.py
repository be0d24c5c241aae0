"""A TCP check: a port that takes a connection, through the guard (SEC-4). Nothing is sent over it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tocsin.catalog.checks import TcpCheck
from tocsin.kernel.addresses import AddressGuard, BlockedAddress, Resolver, connect
from tocsin.verification.model import Finding, Occasion


@dataclass(frozen=True)
class TcpLook:
    """Serves `verification.ports.Executor`."""

    guard: AddressGuard
    resolver: Resolver

    async def look(self, check: TcpCheck, occasion: Occasion) -> Finding:
        where = f"{check.host}:{check.port}"
        try:
            sock = await connect(check.host, check.port, guard=self.guard, resolver=self.resolver)
        except BlockedAddress as refusal:
            return Finding(False, f"{where} is not called: {refusal}.")
        except OSError as error:
            words = os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "its name is not known"
            return Finding(False, f"{where} takes no connection: {words}.")
        sock.close()
        return Finding(True, f"{where} takes connections.")
