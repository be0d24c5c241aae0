"""All kinds of checks that are run: one line each. Adding one is a folder, its value in `catalog.checks`, its reader in
the configuration and its line here.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from tocsin.integrations.checks.command.look import CommandLook
from tocsin.integrations.checks.http.look import HttpLook
from tocsin.integrations.checks.promql.look import PromqlLook
from tocsin.integrations.checks.sql.look import SqlLook
from tocsin.integrations.checks.tcp.look import TcpLook
from tocsin.kernel.addresses import AddressGuard, Resolver, parse_network_list
from tocsin.kernel.http import GuardedHttp
from tocsin.settings import Settings, find_variable
from tocsin.verification.ports import Executor


@asynccontextmanager
async def open_executors(settings: Settings, http: GuardedHttp) -> AsyncGenerator[Mapping[str, Executor]]:
    """By kind; `http` is the guarded client of this process."""
    guard = AddressGuard(parse_network_list(",".join(settings.allowed_networks)))
    resolver = Resolver(threads=8)
    try:
        yield {
            "http": HttpLook(http),
            "promql": PromqlLook(http, find_variable),
            "sql": SqlLook(guard, resolver, find_variable),
            "tcp": TcpLook(guard, resolver),
            "command": CommandLook(settings.allow_commands),
        }
    finally:
        resolver.close()
