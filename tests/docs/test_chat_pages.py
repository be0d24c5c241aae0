"""The page of each chat, with a little server in the chat's place: what it says to set is applied, the test that it
names reaches the room, an incident is told there from its page to its end as the page says, and a room that is gone is
shown with what to do; and it has what a reader looks for. `slack.md` is a session typed by hand beside that.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.channels.benches import HTTP_BENCHES
from tests.docs.walkthrough import ROOT, steps
from tests.support.postgres import Server, url_of
from tests.support.programs import eventually
from tests.support.sinks import HttpSink, answers
from tests.support.tocsin import Installation
from tests.support.tocsin_within import tocsin_within
from tocsin.integrations.channels.registry import ROOMS
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.wire.channels import ChannelList
from tocsin.surfaces.wire.incidents import Incident

GONE = "nothing takes messages there any more: correct the address, or make a new one"
HOWTO = ROOT / "docs" / "howto"
SHOP = """
escalation_policies:
  - {{name: shop, steps: [{{notify: ["chat:{room}"], wait: 10m}}]}}
services:
  - {{name: shop, escalation_policy: shop}}
"""
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
def test_what_the_page_says_is_set_and_reaches_the_room_until_it_is_gone(kind: str, tocsin: Installation) -> None:
    bench = HTTP_BENCHES[kind]
    (written,) = YAML.findall(page(kind))
    assert "`tocsin chat test ops`" in page(kind)
    room = f"ops-{kind}"  # one room is tested twice a minute at most
    with HttpSink(answers(200, bench.success)) as sink:
        tocsin.environment["OPS_ROOM"] = f"http://{bench.login}127.0.0.1:{sink.port}{bench.path}"
        said = written.replace("name: ops,", f"name: {room},") + SHOP.format(room=room)
        (tocsin.home / "page.yaml").write_text(said, encoding="utf-8")
        tocsin.run("apply", "-f", "page.yaml")
        assert f"on its way to chat:{room}" in tocsin.run("chat", "test", room)
        request = sink.inbox.take()
        assert f"Test message for chat:{room}" in request.body.decode()
        is_told_from_its_page_to_its_end(kind, sink)
        is_shown_with_what_to_do_when_it_is_gone(kind, sink)


def is_told_from_its_page_to_its_end(kind: str, sink: HttpSink) -> None:
    """Each word of it leads to the incident; whether it takes the place of the page is as the chat's page says."""
    client = Client()
    ref = declared(client, "The shop is down")
    took_place: list[bool] = []
    for headline, deed, body in (
        ("SEV-2", "", {}),
        ("ACKNOWLEDGED", "acknowledge", {}),
        ("RESOLVED", "resolve", {"override": True, "reason": "restarted"}),
    ):
        if deed:
            client.post(f"/incidents/{ref}/{deed}", body)
        request = sink.inbox.take()
        for what in (headline, "The shop is down", f"/incidents/{ref}"):
            assert what in request.body.decode(), f"{deed}: {what}"
        took_place.append(request.method == "PATCH" or b"m.replace" in request.body)
    is_edited = "the page itself is edited" in page(kind)
    assert took_place == [False, is_edited, is_edited]
    assert is_edited or "cannot change" in page(kind)


def is_shown_with_what_to_do_when_it_is_gone(kind: str, sink: HttpSink) -> None:
    sink.behaviour = answers(404)
    client = Client()
    ref = declared(client, "The shop is down again")
    sink.inbox.take()
    peer = f"127.0.0.1:{sink.port}"

    def last_failure() -> str:
        told = msgspec.json.decode(client.get("/channels"), type=ChannelList)
        (channel,) = [each for each in told.channels if each.kind == kind]
        return next(each.last_failure for each in channel.endpoints if each.endpoint == peer)

    eventually("the failure is shown", lambda: bool(last_failure()))
    assert last_failure() == f"{peer} answered 404; {GONE}"
    assert f"answered 404; {GONE}" in client.get(f"/incidents/{ref}/timeline").decode()
    assert re.search(r"^- .*\*(answered )?404\*", page(kind), re.MULTILINE), "the page says what else it may be"
    sink.behaviour = answers(200, HTTP_BENCHES[kind].success)
    client.post(f"/incidents/{ref}/resolve", {"override": True, "reason": "a drill"})
    sink.inbox.take()


def declared(client: Client, title: str) -> str:
    """Its reference."""
    asked = {"title": title, "services": ["shop"], "severity": "SEV-2"}
    return msgspec.json.decode(client.post("/incidents", asked), type=Incident).id


@pytest.mark.parametrize("kind", ROOMS)
def test_the_page_says_where_to_click_what_is_seen_and_what_goes_wrong(kind: str) -> None:
    headings = re.findall(r"^## (.*)$", page(kind), re.MULTILINE)
    assert headings[0].startswith("In ")
    assert headings[1:] == ["In Tocsin", "What you see", "When nothing comes"]
