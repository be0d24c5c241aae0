"""The worker was away: the newest and gravest comes first, what is over calls nobody, what is late says so (REL-8)."""

from datetime import timedelta

from tests.support.world import World
from tocsin.alerts.model import Says

GRAVE = {"job": "checkout", "severity": "critical"}


async def comes(world: World, name: str, minutes_later: float, **labels: str) -> None:
    """An alert reaches the intake, and nobody works on it."""
    world.clock.advance(timedelta(minutes=minutes_later))
    await world.signal(Says.FIRING, name, starts_at=world.clock.now(), **labels)


async def test_after_an_outage_the_newest_critical_pages_first_and_says_how_late_it_is(world: World) -> None:
    await comes(world, "Old", 0, **GRAVE)
    await comes(world, "Minor", 30, job="checkout", severity="warning")
    await comes(world, "New", 30, **GRAVE)
    world.clock.advance(timedelta(minutes=7))
    await world.worker.drain()
    first = world.airwaves.unread[0]
    assert first.view.title.endswith("New")
    assert "Late by 7 min: it came at 2026-11-02 04:00 UTC" in first.view.what
    await world.passes(seconds=10)
    told = [world.phone("alice").receives("page").view for _ in range(len(world.airwaves.unread))]
    said = " ".join(f"{view.title} {view.what} {view.lines}" for view in told)
    assert all(name in said for name in ("Old", "Minor", "New"))
    late = await world.rows("select title, summary from incident order by id")
    assert [title for title, _ in late] == ["New", "Old", "Minor"]
    assert [summary.split(":")[0] for _, summary in late] == ["Late by 7 min", "Late by 1 h 7 min", "Late by 37 min"]


async def test_what_has_ended_or_gone_silent_meanwhile_pages_nobody_and_says_why(world: World) -> None:
    await comes(world, "Resolved", 0, **GRAVE)
    begun = world.clock.now()
    await world.signal(Says.FIRING, "Silent", starts_at=begun, ends_at=begun + timedelta(minutes=4), **GRAVE)
    world.clock.advance(timedelta(minutes=10))
    await world.signal(Says.RESOLVED, "Resolved", ends_at=world.clock.now(), **GRAVE)
    world.clock.advance(timedelta(minutes=20))
    await world.worker.drain()
    world.nobody_else_is_paged()
    rows = await world.rows("select title, state, muted_reason from alert order by id")
    uncalled = "ended before it was grouped, so nobody was called"
    assert rows == [("Resolved", "resolved", uncalled), ("Silent", "stale", uncalled)]
    await world.alert("Silent", starts_at=begun, job="checkout", severity="critical")
    message = world.phone("alice").receives("page", saying="Silent")
    assert "Late" not in message.view.what


async def test_a_backlog_larger_than_a_transaction_is_worked_from_its_new_end(world: World) -> None:
    for number in range(130):
        await comes(world, f"Alert{number}", 0.1, **GRAVE)
    world.clock.advance(timedelta(minutes=30))
    await world.worker.drain()
    titles = [title for (title,) in await world.rows("select title from incident order by id")]
    assert titles[0] == "Alert129"
    assert set(titles[:50]) == {f"Alert{number}" for number in range(80, 130)}
    assert len(titles) == 130
    world.airwaves.unread.clear()


async def test_what_is_worked_on_at_once_is_not_late(world: World) -> None:
    await world.alert("HighErrorRate", **GRAVE)
    assert "Late" not in world.phone("alice").receives("page").view.what
