"""Confluence's two APIs, spoken with a little real server: pages made, found and written, every refusal a sentence."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.channels.benches import LOOPBACK
from tests.support import confluence as there
from tests.support.sinks import HttpSink, answers, silent
from tocsin.integrations.publishers.confluence.wiki import ConfluenceWiki, base_of, dialect_of, open_wiki, place_of
from tocsin.kernel.addresses import AddressGuard
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.postmortems.wiki_model import NewText, VersionTaken, WikiPlace, WikiTrouble
from tocsin.provider_settings import Confluence

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TEXT = NewText(
    title="INC-7: Ümläute & <x>", body="<p>one, source-7</p>", message="Tocsin: INC-7, version 1", source="source-7"
)
KINDS = ("data-center", "cloud")


def account(url: str, kind: str, **said: str) -> Confluence:
    user = there.USER if kind == "cloud" else None
    return Confluence(**{"url": url, "user": user, "token": there.TOKEN, "space": there.SPACE, **said})


@asynccontextmanager
async def wiki_of(given: Confluence, guard: AddressGuard = LOOPBACK) -> AsyncIterator[ConfluenceWiki]:
    place = place_of(given)
    assert place is not None
    async with GuardedHttp(guard) as http:
        patience = HttpTimeout(total=0.3) if "slow" in (given.parent or "") else HttpTimeout()
        yield ConfluenceWiki(http, place, dialect_of(given), given.parent, patience)


@pytest.fixture
def confluence() -> there.Confluence:
    return there.Confluence()


@pytest.fixture
def sink(confluence: there.Confluence) -> Iterator[HttpSink]:
    with there.serving(confluence) as sink:
        yield sink
        sink.inbox.forget()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_is_made_found_and_written_again(kind: str, confluence: there.Confluence, sink: HttpSink) -> None:
    async with wiki_of(account(sink.url, kind, parent=there.PARENT)) as wiki:
        assert await wiki.find_titled(TEXT.title, "source-7", NOW) is None
        made = await wiki.create(TEXT, NOW)
        assert (made.version, made.url) == (1, f"{sink.url}/pages/viewpage.action?pageId={made.id}")
        assert confluence.parents == {made.id: there.PARENT}
        found = await wiki.find_titled(TEXT.title, "source-7", NOW)
        assert found is not None
        assert (found.id, found.is_ours) == (made.id, True)
        assert not (await wiki.find_titled(TEXT.title, "source-8", NOW)).is_ours  # type: ignore[union-attr]
        written = await wiki.update(made.id, 2, TEXT, NOW)
        assert written.version == 2
        with pytest.raises(VersionTaken):
            await wiki.update(made.id, 2, TEXT, NOW)
        confluence.edited(made.id, "<p>two</p>")
        seen = await wiki.find_page(made.id, NOW)
        assert seen is not None
        assert (seen.version, seen.message, seen.by) == (3, "", "" if kind == "cloud" else "Carol")
        assert await wiki.find_page("../../admin", NOW) is None
    ((_, revisions),) = confluence.pages.items()
    assert [(each.title, each.body, each.message) for each in revisions[:2]] == [
        (TEXT.title, TEXT.body, ""),
        (TEXT.title, TEXT.body, TEXT.message),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("said", "passes", "message", "remedy"),
    [
        ({"token": "old"}, False, "Confluence does not accept the token.", "TOCSIN_CONFLUENCE_TOKEN"),
        ({"space": "NONE"}, False, "There is no space NONE in Confluence, as far", "TOCSIN_CONFLUENCE_SPACE"),
        ({"parent": "404"}, False, "There is no space OPS in Confluence, or no page 404 in it", "CONFLUENCE_PARENT"),
    ],
)
async def test_what_is_set_up_wrongly_is_named(
    kind: str, said: dict[str, str], passes: bool, message: str, remedy: str, sink: HttpSink
) -> None:
    async with wiki_of(account(sink.url, kind, **said)) as wiki:
        with pytest.raises(WikiTrouble) as raised:
            await wiki.create(TEXT, NOW)
    assert (raised.value.passes, raised.value.message.startswith(message)) == (passes, True)
    assert remedy in raised.value.remedy


@pytest.mark.parametrize("kind", KINDS)
async def test_a_title_that_is_taken_is_refused_in_their_words(
    kind: str, confluence: there.Confluence, sink: HttpSink
) -> None:
    confluence.pages["1"] = [there.Revision(TEXT.title, "")]
    async with wiki_of(account(sink.url, kind)) as wiki:
        with pytest.raises(WikiTrouble, match="HTTP 400, “A page with this title already exists”"):
            await wiki.create(TEXT, NOW)


@pytest.mark.parametrize(
    ("status", "passes", "message"),
    [
        (403, False, "Confluence does not let its account do that in space OPS."),
        (302, False, "leads elsewhere: HTTP 302."),
        (429, True, "Confluence asks for fewer requests."),
        (503, True, "Confluence has trouble of its own: HTTP 503."),
        (413, False, "Confluence refuses the page: HTTP 413, “said 413”."),
    ],
)
async def test_what_a_status_means(
    status: int, passes: bool, message: str, confluence: there.Confluence, sink: HttpSink
) -> None:
    confluence.says.append((status, {"Retry-After": "90"}))
    async with wiki_of(account(sink.url, "data-center")) as wiki:
        with pytest.raises(WikiTrouble) as raised:
            await wiki.find_page("1", NOW)
    assert raised.value.passes == passes
    assert raised.value.message.endswith(message)
    assert raised.value.retry_after == (NOW + timedelta(seconds=90) if passes else None)


async def test_a_program_that_is_no_confluence_and_one_that_says_nothing() -> None:
    with HttpSink(answers(200, b"<html>Welcome</html>")) as sink:
        async with wiki_of(account(sink.url, "data-center")) as wiki:
            with pytest.raises(WikiTrouble, match="does not answer like Confluence") as raised:
                await wiki.find_page("1", NOW)
            assert not raised.value.passes
        sink.behaviour = silent()
        async with wiki_of(account(sink.url, "data-center", parent="slow")) as wiki:
            with pytest.raises(WikiTrouble, match=r"did not answer within 0\.3 s") as raised:
                await wiki.find_page("1", NOW)
            assert raised.value.passes
        sink.inbox.forget()
    async with wiki_of(account("http://127.0.0.1:1", "data-center"), AddressGuard()) as wiki:
        with pytest.raises(WikiTrouble, match="is not called") as raised:
            await wiki.find_page("1", NOW)
        assert not raised.value.passes


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://example.atlassian.net", "https://example.atlassian.net/wiki"),
        ("https://example.atlassian.net/wiki", "https://example.atlassian.net/wiki"),
        ("https://wiki.example.com/confluence", "https://wiki.example.com/confluence"),
        ("https://atlassian.net.example.com", "https://atlassian.net.example.com"),
    ],
)
def test_where_its_api_is(url: str, base: str) -> None:
    assert base_of(url) == base
    assert place_of(account(url, "cloud")) == WikiPlace(name="Confluence", url=base, space="OPS")


@pytest.mark.parametrize("missing", ["url", "token", "space"])
async def test_without_all_of_it_there_is_none(missing: str) -> None:
    given = replace(account("https://wiki.example.com", "cloud"), **{missing: None})
    assert place_of(given) is None
    async with open_wiki(given) as wiki:
        assert wiki is None


async def test_the_operators_own_confluence_may_be_in_a_private_network(sink: HttpSink) -> None:
    async with open_wiki(account(sink.url.replace("127.0.0.1", "localhost"), "data-center")) as wiki:
        assert wiki is not None
        assert await wiki.find_page("1", NOW) is None


def test_a_token_is_never_shown() -> None:
    assert there.TOKEN not in repr(account("https://wiki.example.com", "cloud"))
    assert there.TOKEN not in repr(dialect_of(account("https://wiki.example.com", "cloud")))
    assert there.TOKEN not in repr(dialect_of(account("https://wiki.example.com", "data-center")))
