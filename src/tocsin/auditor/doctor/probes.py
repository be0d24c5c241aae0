"""The connections that the doctor opens: to the mail server, to the hosts of contacts, to the public address. It says
hello to the mail server, as far as TLS and the password, and to the others not even that."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from yarl import URL

from tocsin.auditor.doctor.model import Probe
from tocsin.kernel.addresses import AddressGuard, Resolver, parse_network_list
from tocsin.kernel.outbound import SendFailed
from tocsin.kernel.probe import probe_url
from tocsin.kernel.smtp import GuardedSmtp, parse_smtp_url
from tocsin.settings import Settings

AT_ONCE = 16
"""Connections that are opened at the same time."""


async def probe_all(settings: Settings, hosts: Mapping[tuple[str, str], tuple[str, ...]]) -> tuple[Probe, ...]:
    """`hosts` are the contacts' (kind, address without its path), each with whom it belongs to."""
    resolver, places = Resolver(threads=AT_ONCE), asyncio.Semaphore(AT_ONCE)
    guard = AddressGuard(parse_network_list(",".join(settings.allowed_networks)))

    async def one(kind: str, where: str, used_by: tuple[str, ...], attempt: Coroutine[Any, Any, None]) -> Probe:
        async with places:
            try:
                await attempt
            except SendFailed as failure:
                return Probe(where=where, kind=kind, used_by=used_by, failure=failure.detail)
        return Probe(where=where, kind=kind, used_by=used_by)

    public = probe_url(URL(settings.public_url), guard=guard.with_private(), resolver=resolver)
    probes = [one("public_url", settings.public_url, (), public)]
    if settings.smtp_url is not None:
        probes.append(one("email", "the mail server", (), _probe_mail(settings.smtp_url)))
    for (kind, address), used_by in hosts.items():
        attempt = probe_url(URL(address), guard=guard, resolver=resolver)
        probes.append(one(kind, address, used_by, attempt))
    try:
        return tuple(await asyncio.gather(*probes))
    finally:
        resolver.close()


async def _probe_mail(url: str) -> None:
    smtp = GuardedSmtp(parse_smtp_url(url))
    try:
        await smtp.probe()
    finally:
        smtp.close()
