"""Whether a host could be spoken to: a guarded connection, with TLS where it is asked for, opened and closed again.
Nothing is sent over it."""

import asyncio
import contextlib
from collections.abc import Awaitable

from yarl import URL

from tocsin.kernel.addresses import AddressGuard, Resolver, connect
from tocsin.kernel.http import classify
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.tls import trusting_the_machine

WITHIN = 5.0


async def probe_url(url: URL, *, guard: AddressGuard, resolver: Resolver) -> None:
    """To the host and port of an http or https URL. Raises SendFailed, in the words of a send."""
    try:
        async with asyncio.timeout(WITHIN):
            await _open_and_close(url, guard, resolver)
    except TimeoutError:
        where = f"{url.host}:{url.port}"
        raise SendFailed(FailureReason.TIMEOUT, f"{where} did not answer within {WITHIN:g} s") from None
    except (OSError, ValueError) as error:
        raise classify(error, url) from error


async def _open_and_close(url: URL, guard: AddressGuard, resolver: Resolver) -> None:
    host, port = url.host or "", url.port or 0
    sock = await connect(host, port, guard=guard, resolver=resolver)
    tls = trusting_the_machine() if url.scheme == "https" else None
    _, writer = await asyncio.open_connection(sock=sock, ssl=tls, server_hostname=host if tls else None)
    writer.close()
    await _politely(writer.wait_closed())


async def _politely(goodbye: Awaitable[None]) -> None:
    with contextlib.suppress(OSError):
        await goodbye
