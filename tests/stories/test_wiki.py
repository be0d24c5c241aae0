"""Postmortems go to Confluence (PMT-5): one page for each, brought up to date, tried again while it is away, and what
somebody wrote there is not lost. At the other end is a little real server.
"""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support import confluence as there
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.incidents import privacy, redacting
from tocsin.incidents import service as incidents
from tocsin.integrations.publishers.confluence.wiki import open_wiki, place_of
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused
from tocsin.postmortems import service, wiki
from tocsin.postmortems.wiki_jobs import WikiWriter
from tocsin.postmortems.wiki_model import CopyState, WikiCopy
from tocsin.provider_settings import Confluence

URL = "https://tocsin.example.com"


@pytest.fixture
def confluence() -> there.Confluence:
    return there.Confluence()


@pytest.fixture
def account(confluence: there.Confluence) -> Iterator[Confluence]:
    with there.serving(confluence) as sink:
        yield Confluence(url=sink.url, token=there.TOKEN, space=there.SPACE)
        sink.inbox.forget()


@pytest.fixture(params=[True], ids=["automatic"])
def is_automatic(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
async def world(
    postgres_server: Server, clock: VirtualClock, account: Confluence, is_automatic: bool
) -> AsyncIterator[World]:
    async with (
        open_wiki(account) as opened,
        configured_world(
            postgres_server, clock, ORGANISATION, kinds=WikiWriter(opened, URL, is_automatic).kinds()
        ) as world,
    ):
        incident = await world.declare("Nobody can pay", severity="SEV-3")
        await world.acknowledge("alice")
        await world.resolve("alice", reason="rolled back")
        async with world.db.transaction() as tx:
            await service.draft(tx, incident.id, "@alice")
            await service.assign_owner(tx, incident.id, "alice", "@alice")
            await service.edit(tx, incident.id, "# Learnt\n\nThe pool was small.", 1, "@alice")
        yield world
        world.airwaves.unread.clear()  # who was paged and told is another story


async def publish(world: World) -> int:
    incident = await world.see()
    async with world.db.transaction() as tx:
        await service.publish(tx, incident.id, "@alice", "nobody else was there")
    await world.passes(seconds=1)
    return incident.id


async def edit(world: World, body: str) -> None:
    incident = await world.see()
    async with world.db.transaction() as tx:
        before = await service.get(tx.conn, incident.id)
        await service.edit(tx, incident.id, body, before.version, "@alice")
    await world.passes(seconds=1)


async def ask(world: World, account: Confluence, **said: bool) -> None:
    incident = await world.see()
    async with world.db.transaction() as tx:
        await wiki.ask(tx, incident.id, "@alice", place_of(account), **said)
    await world.passes(seconds=1)


async def copy_of(world: World) -> WikiCopy | None:
    incident = await world.see()
    async with world.db.connection() as conn:
        return await wiki.find_copy(conn, await service.get(conn, incident.id))


async def test_one_page_follows_the_postmortem(world: World, confluence: there.Confluence) -> None:
    assert confluence.pages == {}, "a draft stays here"
    await publish(world)
    page_id, (made,) = confluence.only
    assert made.title == "INC-1: Nobody can pay"
    assert "<p>The pool was small.</p>" in made.body
    assert f'<a href="{URL}/postmortems/INC-1">' in made.body
    told = await world.says("Version 2 of the postmortem is in Confluence")
    assert told.sentence.endswith(f"/pages/viewpage.action?pageId={page_id}")
    await edit(world, "# Learnt\n\nThe pool was tiny.")
    _, revisions = confluence.only
    assert [each.message for each in revisions] == ["", "Tocsin: INC-1, version 3"]
    assert "tiny" in revisions[-1].body
    copy = await copy_of(world)
    assert copy is not None
    assert (copy.state, copy.page_id, copy.page_version, copy.version) == (CopyState.THERE, page_id, 2, 3)


async def test_what_somebody_wrote_there_is_kept_until_it_is_said_otherwise(
    world: World, confluence: there.Confluence, account: Confluence
) -> None:
    await publish(world)
    page_id, _ = confluence.only
    confluence.edited(page_id, "<p>and a word of Carol's</p>")
    await edit(world, "# Learnt\n\nThe pool was tiny.")
    assert "Carol's" in confluence.only[1][-1].body
    copy = await copy_of(world)
    assert copy is not None
    assert copy.state is CopyState.FAILED
    assert copy.trouble.startswith("Carol has edited the page in Confluence: it has version 2 now.")
    await world.says("The postmortem is not in Confluence: Carol has edited")
    world.phone("alice").receives("info", saying="could not be published in Confluence by itself")
    await ask(world, account)
    assert "Carol's" in confluence.only[1][-1].body, "asking again is no permission"
    await ask(world, account, overwrite=True)
    assert "tiny" in confluence.only[1][-1].body
    confluence.edited(page_id, "<p>and once more</p>")
    await ask(world, account)
    assert "once more" in confluence.only[1][-1].body, "a permission is for one time"


async def test_somebody_who_writes_at_the_same_moment_is_seen(
    world: World, confluence: there.Confluence, account: Confluence
) -> None:
    await publish(world)
    confluence.before_update.append(there.Revision("INC-1: Nobody can pay", "<p>Carol's</p>", by="Carol"))
    await edit(world, "# Learnt\n\nThe pool was tiny.")
    assert "Carol's" in confluence.only[1][-1].body
    confluence.before_update.append(there.Revision("INC-1: Nobody can pay", "<p>Carol's again</p>", by="Carol"))
    await ask(world, account, overwrite=True)
    assert "tiny" in confluence.only[1][-1].body


async def test_while_it_is_away_it_is_tried_again(world: World, confluence: there.Confluence) -> None:
    confluence.says = [(503, {}), (429, {"Retry-After": "60"})]
    await publish(world)
    copy = await copy_of(world)
    assert copy is not None
    assert (copy.state, copy.trouble) == (CopyState.WAITING, "Confluence has trouble of its own: HTTP 503.")
    assert copy.again_at is not None
    await world.passes(minutes=2)
    copy = await copy_of(world)
    assert copy is not None
    assert (copy.state, copy.trouble, copy.again_at) == (CopyState.THERE, "", None)


async def test_it_is_given_up_in_the_end_and_said(world: World, confluence: there.Confluence) -> None:
    confluence.says = [(503, {})] * 20
    await publish(world)
    await world.passes(hours=3)
    await world.says("The postmortem is not in Confluence: Confluence has trouble of its own: HTTP 503.")
    assert len(confluence.says) == 12, "eight attempts"


async def test_an_answer_that_was_lost_makes_no_second_page(world: World, confluence: there.Confluence) -> None:
    confluence.swallows_answers = 2  # a connection that breaks is tried once more at once
    await publish(world)
    await world.passes(minutes=2)
    _, revisions = confluence.only
    assert "<p>The pool was small.</p>" in revisions[-1].body
    confluence.swallows_answers = 2
    await edit(world, "# Learnt\n\nThe pool was tiny.")
    await world.passes(minutes=2)
    copy = await copy_of(world)
    assert copy is not None
    assert (copy.state, copy.page_version) == (CopyState.THERE, len(confluence.only[1]))
    assert [each.message for each in confluence.only[1]].count("Tocsin: INC-1, version 3") == 1


async def test_a_page_that_is_gone_is_made_anew_only_when_that_is_said(
    world: World, confluence: there.Confluence, account: Confluence
) -> None:
    await publish(world)
    confluence.pages.clear()
    await edit(world, "# Learnt\n\nThe pool was tiny.")
    assert confluence.pages == {}
    await world.says("The postmortem is not in Confluence: The page is no longer in Confluence")
    await ask(world, account, overwrite=True)
    assert "tiny" in confluence.only[1][-1].body


@pytest.mark.parametrize("is_automatic", [False], indirect=True, ids=["by-hand"])
async def test_what_is_redacted_goes_from_the_page(
    world: World, confluence: there.Confluence, account: Confluence
) -> None:
    incident = await world.see()
    async with world.db.transaction() as tx:
        entry = await incidents.add_note(tx, incident.id, "@alice", "secretword", "observation")
        await redacting.redact(tx, incident, entry, "@root", "nothing is there yet")
        other = await incidents.add_note(tx, incident.id, "@alice", "otherword", "observation")
    await world.passes(seconds=1)
    assert confluence.pages == {}
    await edit(world, "# Learnt\n\nSomebody wrote otherword.")
    await publish(world)
    await ask(world, account)
    assert "otherword" in confluence.only[1][-1].body
    async with world.db.transaction() as tx:
        await redacting.redact(tx, incident, other, "@root", "names somebody")
    await world.passes(seconds=1)
    _, revisions = confluence.only
    assert [("otherword" in each.body) for each in revisions] == [True, False]


async def test_what_is_private_never_goes_by_itself(
    world: World, confluence: there.Confluence, account: Confluence
) -> None:
    incident = await world.see()
    async with world.db.transaction() as tx:
        await privacy.make_private(tx, incident.id, "@alice", "a customer is named")
        await service.publish(tx, incident.id, "@alice", "nobody else was there")
    await world.passes(seconds=1)
    assert confluence.pages == {}
    async with world.db.transaction() as tx:
        with pytest.raises(Refused, match="whoever sees space OPS of Confluence could read") as refused:
            await wiki.ask(tx, incident.id, "@alice", place_of(account))
    assert refused.value.field == "although_private"
    async with world.db.transaction() as tx:
        await wiki.ask(tx, incident.id, "@alice", place_of(account), although_private=True)
    await world.passes(seconds=1)
    assert len(confluence.pages) == 1


@pytest.mark.parametrize("is_automatic", [False], indirect=True, ids=["by-hand"])
async def test_where_nobody_wants_it_by_itself_it_is_asked_for(
    world: World, confluence: there.Confluence, account: Confluence
) -> None:
    incident = await world.see()
    async with world.db.transaction() as tx:
        with pytest.raises(Refused, match="is not published yet"):
            await wiki.ask(tx, incident.id, "@alice", place_of(account))
        with pytest.raises(Refused, match="No wiki is set up"):
            await wiki.ask(tx, incident.id, "@alice", None)
    await publish(world)
    assert confluence.pages == {}
    await ask(world, account)
    assert len(confluence.pages) == 1
    await world.says("is in Confluence")
