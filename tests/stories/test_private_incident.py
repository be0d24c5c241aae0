"""A private security incident (LIF-7): its members work on it, and Carol, who manages, cannot find it in any list,
search, feed, stream, metric or mail – nor can the administrator.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.applications import URL, application
from tests.support.configured import configured_world
from tests.support.office import link_for
from tests.support.postgres import Server
from tests.support.routes import list_routes
from tests.support.world import World
from tocsin.accounts import service as accounts
from tocsin.accounts import sign_in
from tocsin.auditor.figures import read_figures
from tocsin.incidents import assigning, privacy, regrading, timeline
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, IncidentFilter
from tocsin.incidents.roles import RoleName
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.live import Hub
from tocsin.paging import handing_over

SECRET = "quokka"
"""A word that only members may ever read."""

SOUGHT = {"q": "key"}
"""What every search is asked for: it stands beside the secret."""

FILLED = {
    "ref": "INC-2",
    "schedule": "primary",
    "name": "primary",
    "user": "alice",
    "policy": "payments",
    "service": "checkout",
    "team": "payments",
}

Walk = Callable[[str], Awaitable[dict[str, str]]]


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ORGANISATION, with_insights=True) as world:
        yield world


@pytest.fixture
async def walk(world: World) -> Walk:
    """Everything that can be read by GET, as this person, path by path."""
    app = application(world.db, Hub(world.db))
    routes = [route for route in list_routes(app) if route.method == "GET" and not route.is_stream]

    async def walked(name: str) -> dict[str, str]:
        async with world.db.transaction() as tx:
            user = await accounts.get_user_by_name(tx.conn, name)
            token = (await sign_in.create_token(tx, user, "walk", actor="@story")).secret
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
            await client.post(await link_for(world.db, name))
            headers = {"Authorization": f"Bearer {token}"}
            found = {route: await client.get(route.at(FILLED), params=SOUGHT, headers=headers) for route in routes}
        failed = {str(route): answer.status_code for route, answer in found.items() if answer.status_code >= 500}
        assert not failed
        return {str(route): answer.text for route, answer in found.items()}

    return walked


async def timeline_of(world: World, name: str, ref: str) -> list[str]:
    """What somebody reads there, who sees the incident."""
    async with world.db.connection() as conn:
        incident = await incidents.get_incident(conn, await world.viewer(name), ref)
        return [entry.text for entry in await timeline.read_from(conn, incident)]


async def sees(world: World, name: str, ref: str) -> bool:
    async with world.db.connection() as conn:
        try:
            await incidents.get_incident(conn, await world.viewer(name), ref)
        except NotFound:
            return False
    return True


async def members(world: World, incident: Incident) -> list[str]:
    async with world.db.connection() as conn:
        found = await privacy.list_members(conn, await incidents.get(conn, incident.id))
    return [member.name for member in found]


async def make_private(world: World, incident: Incident, by: str, reason: str = "a customer is named") -> None:
    async with world.db.transaction() as tx:
        await privacy.make_private(tx, incident.id, f"@{by}", reason)
    await world.worker.drain()


async def leaked(world: World) -> Incident:
    """Bob declares INC-2 among few, beside the public INC-1; alice is called about both and has taken both."""
    await world.declare("Checkout is slow", by="bob", services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=5)  # or both would come in one message
    incident = await world.declare(f"The {SECRET} key leaked", by="bob", services=("checkout",), is_private=True)
    page = world.phone("alice").receives("page")
    assert SECRET in page.view.title
    await world.follows_link(page)
    return incident


async def test_carol_and_the_administrator_find_it_nowhere(world: World, walk: Walk) -> None:
    incident = await leaked(world)
    async with world.db.transaction() as tx:
        await incidents.add_note(tx, incident.id, "@alice", f"the {SECRET} key is revoked", "action")
        await regrading.change_severity(tx, incident.id, "SEV-2", "@alice", f"the {SECRET} key is old")
    world.airwaves.unread.clear()
    shown = await walk("alice")
    for path in ("GET /", "GET /incidents", "GET /incidents/{ref}", "GET /api/v1/incidents"):
        assert SECRET in shown[path], f"its member does not find it at {path}"
    for stranger in ("carol", "root", "dave"):
        told = [path for path, text in (await walk(stranger)).items() if SECRET in text]
        assert told == [], f"{stranger} finds it"


async def test_no_number_counts_it(world: World) -> None:
    incident = await leaked(world)
    async with world.db.connection() as conn:
        figures = await read_figures(conn, world.clock.now())
        page = await incidents.list_incidents(conn, await world.viewer("carol"), IncidentFilter())
    assert sum(figures.incidents.values()) == 1
    assert [each.number for each in page.incidents] == [1]
    assert incident.number == 2


async def test_a_day_of_reminders_hand_offs_and_digests_tells_its_members_only(world: World) -> None:
    incident = await leaked(world)
    async with world.db.transaction() as tx:
        await incidents.resolve(tx, incident.id, "@alice", "revoked")
    await world.resolve("alice")
    await world.passes(hours=30)
    for message in world.airwaves.unread:
        if SECRET in f"{message.view.title} {message.view.what} {message.view.lines}":
            assert world.name_of(message.user_id) in ("alice", "bob"), str(message)
    world.airwaves.unread.clear()


async def test_whoever_is_called_comes_to_see_it(world: World) -> None:
    incident = await leaked(world)
    assert await members(world, incident) == ["alice", "bob"]
    await hand_over(world, incident, "dave")
    world.phone("dave").receives("page", by="email")
    assert await members(world, incident) == ["alice", "bob", "dave"]
    assert await sees(world, "dave", "INC-2")
    told_there = await timeline_of(world, "alice", "INC-2")
    assert "dave sees it now: they are called." in told_there
    world.airwaves.unread.clear()


async def test_whoever_is_given_a_role_comes_to_see_it(world: World) -> None:
    incident = await leaked(world)
    async with world.db.transaction() as tx:
        await assigning.assign(tx, incident.id, RoleName.COMMUNICATIONS_LEAD, "carol", "@alice")
    assert await members(world, incident) == ["alice", "bob", "carol"]
    world.airwaves.unread.clear()


async def hand_over(world: World, incident: Incident, to: str) -> None:
    async with world.db.transaction() as tx:
        await handing_over.reassign(tx, incident.id, to, "@alice")
    await world.worker.drain()


async def test_an_escalation_that_climbs_brings_in_whom_it_calls(world: World) -> None:
    incident = await world.declare(f"The {SECRET} key leaked", by="alice", services=("checkout",), is_private=True)
    world.phone("alice").receives("page")
    assert not await sees(world, "carol", "INC-1")
    await world.passes(minutes=6)
    world.phone("carol").receives("page")
    world.phone("bob").receives("page")
    assert await members(world, incident) == ["alice", "bob", "carol"]
    assert await sees(world, "carol", "INC-1")
    assert not await sees(world, "root", "INC-1")
    async with world.db.transaction() as tx:
        await incidents.resolve(tx, incident.id, "@carol", "revoked")
    await world.worker.drain()
    for name in ("alice", "bob", "carol"):
        world.phone(name).receives("resolved")


async def test_what_was_open_to_all_is_closed_with_all_that_was_written(world: World, walk: Walk) -> None:
    incident = await world.declare(f"The {SECRET} key leaked", by="bob", services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    assert SECRET in (await walk("carol"))["GET /incidents"]
    await make_private(world, incident, "bob")
    assert await members(world, incident) == ["alice", "bob"]
    told = [path for path, text in (await walk("carol")).items() if SECRET in text]
    assert told == []
    told_there = await timeline_of(world, "alice", "INC-1")
    assert any(f"The {SECRET} key leaked" in sentence for sentence in told_there)
    assert any("made it private" in sentence for sentence in told_there)


OUTSIDE = ORGANISATION.replace('["user:dave"]', '["user:dave", "webhook:https://hooks.example.com/room"]')


async def test_what_is_on_its_way_to_somebody_outside_is_taken_back(world: World) -> None:
    await world.configure(OUTSIDE)
    world.airwaves.break_down("webhook")
    incident = await world.declare(f"The {SECRET} key leaked", by="bob", services=("search",))
    world.phone("dave").receives("page", by="email")
    await make_private(world, incident, "bob")
    world.airwaves.mend_all()
    await world.passes(minutes=5)
    world.phone("dave").receives("page", by="webhook")
    world.nobody_else_is_paged()


async def test_nobody_outside_is_called_about_it(world: World) -> None:
    await world.configure(OUTSIDE)
    await world.declare(f"The {SECRET} key leaked", by="alice", services=("search",), is_private=True)
    world.phone("dave").receives("page", by="email")
    told_there = await timeline_of(world, "alice", "INC-1")
    assert any("is outside, and the incident is private" in sentence for sentence in told_there)
    world.nobody_else_is_paged()


async def test_it_is_made_private_once_with_a_reason(world: World) -> None:
    incident = await world.declare("A key leaked", by="bob", services=("attic",))
    world.airwaves.unread.clear()
    with pytest.raises(Invalid, match="needs a reason"):
        await make_private(world, incident, "bob", " ")
    await make_private(world, incident, "bob")
    with pytest.raises(Refused, match="private already"):
        await make_private(world, incident, "bob")


async def test_members_come_and_go(world: World) -> None:
    incident = await leaked(world)
    async with world.db.transaction() as tx:
        await privacy.add_members(tx, incident.id, ["carol", "bob"], "@alice")
    assert await members(world, incident) == ["alice", "bob", "carol"]
    async with world.db.transaction() as tx:
        await privacy.remove_member(tx, incident.id, "bob", "@alice")
    assert not await sees(world, "bob", "INC-2")
    async with world.db.transaction() as tx:
        with pytest.raises(Refused, match="alice has INC-2"):
            await privacy.remove_member(tx, incident.id, "alice", "@carol")
        with pytest.raises(NotFound, match="bob is no member"):
            await privacy.remove_member(tx, incident.id, "bob", "@carol")
        with pytest.raises(NotFound, match="nobody named 'zoe'"):
            await privacy.add_members(tx, incident.id, ["zoe"], "@carol")
    told_there = await timeline_of(world, "carol", "INC-2")
    assert "carol sees it now: @alice has added them." in told_there
    assert "bob sees it no more, says @alice." in told_there


async def test_the_last_member_stays(world: World) -> None:
    incident = await world.declare("A key leaked", by="bob", services=("attic",), urgency="low", is_private=True)
    world.airwaves.unread.clear()
    for name in await members(world, incident):
        if name != "bob":
            async with world.db.transaction() as tx:
                await privacy.remove_member(tx, incident.id, name, "@bob")
    async with world.db.transaction() as tx:
        with pytest.raises(Refused, match="bob is the only member"):
            await privacy.remove_member(tx, incident.id, "bob", "@bob")


async def test_the_audit_log_tells_its_members_who_was_let_in(world: World) -> None:
    await leaked(world)
    rows = await world.rows("select sentence, scope_id from ledger where topic = 'audit' and sentence like '%%INC-2%%'")
    assert [sentence for sentence, _ in rows] == [
        "@bob made private INC-2, seen by bob.",
        "tocsin added a member of INC-2: alice.",
    ]
    assert 1 not in [scope for _, scope in rows]
