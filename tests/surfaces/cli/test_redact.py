"""`tocsin redact`."""

import re

from tests.surfaces.cli.terminal import Terminal


async def test_a_text_is_taken_back(cli: Terminal) -> None:
    await cli("declare", "Checkout answers 500")
    number = re.search(r"entry (\d+)", (await cli("log", "1", "the key is hunter2")).out)
    assert number
    refused = await cli("redact", "INC-1", number[1], "--why", "a key", status=1)
    assert "@alice acts as responder and may not redact entries" in refused.err
    assert "--why" in (await cli("redact", "INC-1", number[1], who="root", status=2)).err
    said = await cli("redact", "INC-1", number[1], "--why", "a key", who="root")
    assert said.out.startswith(f"Entry {number[1]} of INC-1 is redacted. Messages that have left")
    printed = (await cli("log", "1")).out
    assert "hunter2" not in printed
    assert "[redacted] by @root: a key" in printed
