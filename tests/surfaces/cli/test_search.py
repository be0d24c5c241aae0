"""`tocsin search`."""

import re

from tests.surfaces.cli.terminal import Terminal


async def test_what_is_found_is_one_block_a_hit(cli: Terminal) -> None:
    await cli("declare", "Checkout answers 500", "--summary", "since the deployment of v2.3.1")
    await cli("log", "1", "rolled back\nv2.3.1 \x1b[31m", who="bob")
    lines = (await cli("search", "v2.3", who="vera")).out.splitlines()
    assert re.fullmatch(r"INC-1  Checkout answers 500  @alice, .*", lines[0])
    assert lines[1] == "  Checkout answers 500 since the deployment of v2.3.1"
    assert re.fullmatch(r"INC-1  entry \d+  @bob, .*", lines[2])
    assert lines[3] == "  rolled back v2.3.1 [31m"
    assert [hit["where"] for hit in (await cli("search", "v2.3", "--json")).json()["hits"]] == ["incident", "entry"]
    assert (await cli("search", "zebra")).out == "Nothing has 'zebra' in it, among what you may see.\n"
    assert "TEXT is missing." in (await cli("search", status=2)).err
