"""The address guard against the list of what other guards let through (SEC-4)."""

import asyncio
import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.addresses import (
    AddressGuard,
    BlockedAddress,
    allowed_only,
    caller_of,
    connect,
    describe_special,
    parse_network_list,
)

NOT_ORDINARY = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "ff02::1",
    "100::1",
]
ORDINARY = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "::ffff:8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001::200e"]
ODD_SPELLINGS = [
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0127.0.0.1",
    "localhost",
    "",
    "1.1.1.1 ",
]


@pytest.mark.parametrize("address", NOT_ORDINARY)
def test_blocks_what_is_not_an_ordinary_address_of_the_internet(address: str) -> None:
    with pytest.raises(BlockedAddress, match="TOCSIN_ALLOWED_NETWORKS"):
        AddressGuard().check(address)


@pytest.mark.parametrize("address", ORDINARY)
def test_allows_ordinary_addresses(address: str) -> None:
    AddressGuard().check(address)


@pytest.mark.parametrize("spelling", ODD_SPELLINGS)
def test_refuses_every_spelling_but_the_plain_one(spelling: str) -> None:
    with pytest.raises(BlockedAddress):
        AddressGuard(parse_network_list("0.0.0.0/0, ::/0")).check(spelling)


@given(st.ip_addresses(v=4))
def test_never_lets_through_an_ipv4_address_that_python_calls_private(address: ipaddress.IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        assert describe_special(address)


@given(st.ip_addresses(v=6))
def test_never_lets_through_an_ipv6_address_that_is_not_global_unicast(address: ipaddress.IPv6Address) -> None:
    if address.is_private or address.is_multicast or not ipaddress.IPv6Address("2000::") <= address:
        assert describe_special(address)


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_ipv4_address_it_leads_to(address: ipaddress.IPv4Address) -> None:
    def verdict(text: str) -> str | None:
        try:
            return AddressGuard().check(text)
        except BlockedAddress as error:
            return str(error)

    assert verdict(f"::ffff:{address}") == verdict(str(address))


def test_the_administrator_allows_networks_and_nothing_beside_them() -> None:
    guard = AddressGuard(parse_network_list("10.1.0.0/16, fd00:1::/32,"))
    guard.check("10.1.2.3")
    guard.check("::ffff:10.1.2.3")
    guard.check("fd00:1::5")
    for address in ("10.2.0.1", "fd00:2::5", "127.0.0.1"):
        with pytest.raises(BlockedAddress):
            guard.check(address)


def test_the_operators_own_host_may_be_private_but_never_metadata() -> None:
    guard = AddressGuard().with_private()
    guard.check("127.0.0.1")
    guard.check("10.0.0.5")
    for address in ("169.254.169.254", "fe80::1", "224.0.0.1", "64:ff9b::a00:5"):
        with pytest.raises(BlockedAddress):
            guard.check(address)


def test_a_wrong_network_list_is_named_with_its_remedy() -> None:
    with pytest.raises(ValueError, match=r"10.0.0.0/33.*Write networks as"):
        parse_network_list("10.0.0.0/33")


def test_one_good_address_of_a_name_is_enough() -> None:
    infos = [(2, 1, 6, "", ("10.0.0.1", 443)), (2, 1, 6, "", ("1.1.1.1", 443))]
    assert allowed_only(infos, AddressGuard()) == infos[1:]
    with pytest.raises(BlockedAddress):
        allowed_only(infos[:1], AddressGuard())


class RebindingResolver:
    """Says a public address to whoever asks first, and loopback from then on: DNS rebinding."""

    def __init__(self) -> None:
        self.asked = 0

    async def lookup(self, host: str, port: int, family: int = 0) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        self.asked += 1
        address = "1.1.1.1" if self.asked == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


async def test_a_name_that_changes_after_a_check_is_judged_at_the_connect() -> None:
    server = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    resolver = RebindingResolver()
    await resolver.lookup("rebind.example", port)
    async with server:
        with pytest.raises(BlockedAddress):
            await connect("rebind.example", port, guard=AddressGuard(), resolver=resolver)  # type: ignore[arg-type]


def test_the_socket_factory_itself_refuses() -> None:
    with pytest.raises(BlockedAddress):
        AddressGuard().open_socket((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("fe80::7%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_whoever_has_one_address_of_ipv6_is_counted_with_all_of_them(client: str, counted: str) -> None:
    assert caller_of(client) == counted
