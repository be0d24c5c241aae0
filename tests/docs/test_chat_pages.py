"""The page of each chat: what it says to set is applied, and the test that it names reaches a little server in the
chat's place; and it has what a reader looks for. `slack.md` is a whole session beside that.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.benches import HTTP_BENCHES
from tests.docs.walkthrough import ROOT, steps
from tests.support.postgres import Server, url_of
from tests.support.sinks import HttpSink, answers
from tests.support.tocsin import Installation
from tests.support.tocsin_within import tocsin_within
from tocsin.integrations.channels.registry import ROOMS

HOWTO = ROOT / "docs" / "howto"
YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def place(kind: str) -> Path:
    return HOWTO / f"{kind}.md"


def page(kind: str) -> str:
    return place(kind).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tocsin(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One for all pages."""
    dsn = postgres_server.clone()
    settings = {"TOCSIN_DATABASE_URL": url_of(dsn), "TOCSIN_ALLOWED_NETWORKS": "127.0.0.0/8"}
    with tocsin_within(tmp_path_factory.mktemp("chats"), **settings) as running:
        yield running
    postgres_server.drop(dsn)


@pytest.mark.parametrize("kind", [kind for kind in ROOMS if kind in HTTP_BENCHES and not steps(place(kind))])
def test_what_the_page_says_to_set_and_to_try_reaches_the_room(kind: str, tocsin: Installation) -> None:
    bench = HTTP_BENCHES[kind]
    (written,) = YAML.findall(page(kind))
    assert "`tocsin chat test ops`" in page(kind)
    room = f"ops-{kind}"  # one room is tested twice a minute at most
    with HttpSink(answers(200, bench.success)) as sink:
        tocsin.environment["OPS_ROOM"] = f"http://{bench.login}127.0.0.1:{sink.port}{bench.path}"
        (tocsin.home / "page.yaml").write_text(written.replace("name: ops,", f"name: {room},"), encoding="utf-8")
        tocsin.run("apply", "-f", "page.yaml")
        assert f"on its way to chat:{room}" in tocsin.run("chat", "test", room)
        request = sink.inbox.take()
    assert f"Test message for chat:{room}" in request.body.decode()


@pytest.mark.parametrize("kind", ROOMS)
def test_the_page_says_where_to_click_what_is_seen_and_what_goes_wrong(kind: str) -> None:
    headings = re.findall(r"^## (.*)$", page(kind), re.MULTILINE)
    assert headings[0].startswith("In ")
    assert headings[1:] == ["In Tocsin", "What you see", "When nothing comes"]
