"""The page of each chat: what it says to set reaches a little server in the chat's place, and it has what a reader
looks for. `slack.md` is a whole session beside that.
"""

import re
from pathlib import Path

import msgspec
import pytest

from tests.channels.benches import HTTP_BENCHES, LOOPBACK, OUTGOING
from tests.docs.walkthrough import ROOT
from tests.support.sinks import HttpSink, answers
from tocsin.config.files import load_texts
from tocsin.integrations.channels.registry import ROOMS
from tocsin.kernel.http import GuardedHttp, HttpTimeout

HOWTO = ROOT / "docs" / "howto"
YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(kind: str) -> str:
    return Path(HOWTO / f"{kind}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [kind for kind in ROOMS if kind in HTTP_BENCHES])
async def test_what_the_page_says_to_set_reaches_the_room(kind: str) -> None:
    bench = HTTP_BENCHES[kind]
    (written,) = YAML.findall(page(kind))
    with HttpSink(answers(200, bench.success)) as sink:
        room = f"http://{bench.login}127.0.0.1:{sink.port}{bench.path}"
        (chat,) = load_texts({"page.yaml": written}, {"OPS_ROOM": room}).chats
        async with GuardedHttp(LOOPBACK) as http:
            channel = bench.make(http, HttpTimeout())
            await channel.send(msgspec.structs.replace(OUTGOING, address=chat.value.address))
        request = sink.inbox.take()
    assert chat.value.kind == kind
    assert "INC-1 Checkout 5xx" in request.body.decode()


@pytest.mark.parametrize("kind", ROOMS)
def test_the_page_says_where_to_click_what_is_seen_and_what_goes_wrong(kind: str) -> None:
    headings = re.findall(r"^## (.*)$", page(kind), re.MULTILINE)
    assert headings[0].startswith("In ")
    assert headings[1:] == ["In Tocsin", "What you see", "When nothing comes"]
