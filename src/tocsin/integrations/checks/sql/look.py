"""An SQL check: one number from a PostgreSQL, read in a transaction that cannot write, compared with bounds."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, LiteralString, cast

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.conninfo import conninfo_to_dict

from tocsin.catalog.checks import ENV, SqlCheck
from tocsin.integrations.checks.numbers import broken_bounds, held_bounds, shown
from tocsin.kernel.addresses import AddressGuard, BlockedAddress, Resolver, allowed_only
from tocsin.verification.model import Finding, Occasion

_PORT = 5432


@dataclass(frozen=True)
class SqlLook:
    """Serves `verification.ports.Executor`. `variable` reads the environment of this process; whoever sets it may
    name a private host, nobody else can."""

    guard: AddressGuard
    resolver: Resolver
    variable: Callable[[str], str | None]

    async def look(self, check: SqlCheck, occasion: Occasion) -> Finding:
        name = check.dsn.removeprefix(ENV)
        dsn = self.variable(name)
        if dsn is None:
            return Finding(False, f"The variable {name} is not set where the worker runs. Set it there and restart it.")
        try:
            value = await self._read(dsn, check)
        except BlockedAddress as refusal:
            return Finding(False, f"The host in {name} is not called: {refusal}.")
        except _Unfit as unfit:
            return Finding(False, str(unfit))
        except psycopg.ProgrammingError as error:
            return Finding(False, _in_words(error, f"{name} is no address of a PostgreSQL"))
        except (psycopg.Error, OSError) as error:
            return Finding(False, _in_words(error, f"The database in {name} cannot be reached"))
        broken = " and ".join(broken_bounds(value, check.bounds))
        return Finding(not broken, f"It is {shown(value)}, {broken or held_bounds(check.bounds)}.")

    async def _read(self, dsn: str, check: SqlCheck) -> float:
        """Raises psycopg.Error, OSError, and `_Unfit` for anything but one number."""
        known = await self._guarded(conninfo_to_dict(dsn))
        async with await AsyncConnection.connect(**known) as conn:
            await conn.set_read_only(True)
            limit = check.timeout // timedelta(milliseconds=1)
            await conn.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(sql.Literal(limit)))
            # The extended protocol takes one statement: none that ends the transaction can follow it.
            cursor = await conn.execute(cast("LiteralString", check.query), prepare=True)
            rows = await cursor.fetchmany(2) if cursor.description else []
            await conn.rollback()
        return one_number(rows)

    async def _guarded(self, known: dict[str, Any]) -> dict[str, Any]:
        """The same, connecting to an address that was judged: a name may lead elsewhere at the next look."""
        host = str(known.get("hostaddr") or known.get("host") or "")
        if not host or host.startswith(("/", "@")):
            return known  # a socket of this machine
        if "," in host:
            raise _Unfit("The dsn names several hosts. Name one.")
        guard = self.guard.with_private()
        infos = allowed_only(await self.resolver.lookup(host, int(known.get("port") or _PORT)), guard)
        addresses = [str(info[4][0]) for info in infos if _is_address(str(info[4][0]))]
        return {**known, "hostaddr": addresses[0]}


class _Unfit(Exception):
    """What came back is no number, or what was asked for cannot be asked; the message is for a person."""


def one_number(rows: list[Any]) -> float:
    """The one value of the one row. Raises `_Unfit`."""
    if len(rows) != 1 or len(rows[0]) != 1:
        raise _Unfit("The statement must give one row with one number: missing data fails.")
    value = rows[0][0]
    try:
        return float(value)
    except (TypeError, ValueError):
        raise _Unfit("The statement gives no number: missing data fails.") from None


def _in_words(error: Exception, otherwise: str) -> str:
    """The class of the failure; never the server's own words, which may quote data or the address."""
    known = getattr(error, "sqlstate", None)
    if known is None:
        return f"{otherwise}."
    kind = type(error).__name__
    if kind == "QueryCanceled":
        return "The statement took too long."
    if kind == "ReadOnlySqlTransaction":
        return "The statement writes: a check may only read."
    return f"The statement failed: {kind} ({known})."


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
