"""`tocsin channels`: what is configured, and which peers answer."""

from tests.surfaces.cli.terminal import Terminal
from tocsin.integrations.channels.registry import KINDS


async def test_kinds_and_what_they_lack(cli: Terminal) -> None:
    said = (await cli("channels")).out
    assert "email\n  nothing was sent by it within the last day\n" in said
    assert "webhook\n  nothing was sent by it within the last day\n" in said
    kinds = [each["kind"] for each in (await cli("channels", "--json")).json()["channels"]]
    assert kinds == list(KINDS)
