"""Which addresses Tocsin may connect to (SEC-4), decided on the address of the very socket that is about to connect.

A URL or a name is never judged: names change between check and connect (DNS rebinding) and parsers disagree. Every
outgoing connection of `kernel.http` and `kernel.smtp` gets its socket here; nothing else opens one.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import aiohappyeyeballs

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it: family, type, protocol, canonical name, socket address."""

_HAPPY_EYEBALLS_DELAY = 0.25  # RFC 8305, 5


def _networks(*cidrs: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(cidr) for cidr in cidrs)


PRIVATE = _networks(
    "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"
)
"""Loopback, private use, shared space (CGNAT, overlays), unique local: where an organisation's own hosts are."""

SPECIAL_V4 = _networks(
    "0.0.0.0/8",
    "169.254.0.0/16",  # link-local; cloud metadata
    "168.63.129.16/32",  # Azure's host agent, public by its looks
    "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is Oracle's metadata
    "192.0.2.0/24",
    "192.88.99.0/24",  # 6to4 relays
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
"""IPv4 that never is a peer on the internet (IANA special-purpose registry), beside `PRIVATE`."""

GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""All that IANA has given out as global unicast. Outside it are mapped, compatible, NAT64, link-local, multicast."""

SPECIAL_V6 = _networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
"""Inside `GLOBAL_V6`, yet a tunnel to an embedded IPv4 address (Teredo, 6to4) or reserved."""


class BlockedAddress(OSError):
    """The guard refused an address. An `OSError`, so that connecting code treats it as a failed connection."""


def parse_network_list(text: str) -> tuple[Network, ...]:
    """`TOCSIN_ALLOWED_NETWORKS`: comma-separated CIDR. Raises ValueError naming the entry that is none."""
    entries = [entry.strip() for entry in text.split(",")]
    try:
        return tuple(ipaddress.ip_network(entry) for entry in entries if entry)
    except ValueError as error:
        raise ValueError(f"{error}. Write networks as 10.1.2.0/24 or fd00:1::/64, separated by commas.") from None


def parse_address(text: str) -> Address:
    """The address a socket call would use. Raises `BlockedAddress` for any spelling but the plain one: what we read
    otherwise than the operating system does ("127.1", "2130706433") is not judged but refused.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise BlockedAddress(f"{text!r} is not a plain IP address") from None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def caller_of(client: str) -> str:
    """Under what somebody who calls us is counted: an IPv4 address, or the /64 of an IPv6 one, which is what a single
    connection is given (RFC 6177) and all of whose addresses it may use. What is no address stays as it is.
    """
    try:
        address = parse_address(client)
    except BlockedAddress:
        return client
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return f"{ipaddress.IPv6Address(int(address) >> 64 << 64)}/64"


def describe_special(address: Address) -> str | None:
    """What is special about an address, in words; None when it is an ordinary address of the internet."""
    if _within(address, PRIVATE):
        return "a loopback address" if address.is_loopback else "an address of a private network"
    if isinstance(address, ipaddress.IPv4Address):
        return "a reserved or link-local address" if _within(address, SPECIAL_V4) else None
    if address not in GLOBAL_V6 or _within(address, SPECIAL_V6):
        return "a reserved, tunnelled or link-local address"
    return None


@dataclass(frozen=True)
class AddressGuard:
    """Public addresses, and those the administrator allows, are connected to; nothing else."""

    allowed: tuple[Network, ...] = ()

    def with_private(self) -> "AddressGuard":
        """For a host that only the operator can name (environment, settings file): it may be private."""
        return replace(self, allowed=(*self.allowed, *PRIVATE))

    def check(self, text: str) -> None:
        """Raises `BlockedAddress` with the reason and the remedy."""
        address = parse_address(text)
        special = describe_special(address)
        if special and not _within(address, self.allowed):
            raise BlockedAddress(
                f"it leads to {special}. "
                "If that is meant, an administrator may list its network in TOCSIN_ALLOWED_NETWORKS"
            )

    def open_socket(self, info: AddrInfo) -> socket.socket:
        """A socket for exactly this address; the socket factory of every connection."""
        family, kind, protocol, _, sockaddr = info
        self.check(str(sockaddr[0]))
        return socket.socket(family, kind, protocol)


class Resolver:
    """Names to addresses in threads of its own: a name server that hangs must not take the threads of others."""

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def lookup(self, host: str, port: int, family: int = socket.AF_UNSPEC) -> list[AddrInfo]:
        """Raises OSError (`socket.gaierror`) when the name leads nowhere."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _getaddrinfo, host, port, family)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


async def connect(host: str, port: int, *, guard: AddressGuard, resolver: Resolver) -> socket.socket:
    """A connected, non-blocking TCP socket. Raises `BlockedAddress` when none of its addresses is allowed."""
    infos = allowed_only(await resolver.lookup(host, port), guard)
    return await aiohappyeyeballs.start_connection(
        infos, happy_eyeballs_delay=_HAPPY_EYEBALLS_DELAY, socket_factory=guard.open_socket
    )


def allowed_only(infos: Sequence[AddrInfo], guard: AddressGuard) -> list[AddrInfo]:
    """Leaves out what the guard would refuse at the connect, so that one good address of a name is enough."""
    kept: list[AddrInfo] = []
    refusal: BlockedAddress | None = None
    for info in infos:
        try:
            guard.check(str(info[4][0]))
            kept.append(info)
        except BlockedAddress as error:
            refusal = error
    if refusal and not kept:
        raise refusal
    return kept


def _getaddrinfo(host: str, port: int, family: int) -> list[AddrInfo]:
    return [*socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)]


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
