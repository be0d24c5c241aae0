"""The simulator beside a policy and its editor: who may not, who would be called when, and that nothing happens."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from tests.surfaces.web.conftest import Browser
from tocsin.db.database import Database
from tocsin.paging.policies import find_policy
from tocsin.simulation.model import ASSUMED, Call, Outcome, Sending
from tocsin.surfaces.web.pages.policies.simulate import simulation_view

BrowserOf = Callable[[str], Awaitable[Browser]]
PATH = "/policies/payments/simulate"


async def test_who_may_not(office: Database, browser_of: BrowserOf) -> None:
    assert (await (await browser_of("victor")).press(PATH)).status_code == 403
    alice = await browser_of("alice")
    assert (await alice.client.post(PATH, data={"csrf": "of another session"})).status_code == 403


async def test_the_page_has_the_simulator_and_the_answer_names_people_and_minutes(
    office: Database, browser_of: BrowserOf
) -> None:
    alice = await browser_of("alice")
    assert f'hx-post="{PATH}"' in (await alice.get("/policies/payments")).text
    told = (await alice.press(PATH, at="2026-12-24T03:00", severity="SEV-2")).text
    assert "Nothing was sent." in told
    assert "<html" in told
    assert "at once" in told
    assert "after 5 min" in told
    assert "on call in payments-primary" in told
    assert (await alice.get("/incidents")).text.count("INC-") == 0


async def test_the_answer_says_what_it_takes_for_granted(office: Database, browser_of: BrowserOf) -> None:
    assert ASSUMED in (await (await browser_of("alice")).press(PATH)).text


def test_a_way_by_which_nothing_leaves_stands_beside_those_by_which_it_does() -> None:
    at = datetime(2026, 12, 24, 3, tzinfo=UTC)
    why = "nothing arrives there since 2026-12-23 18:00 UTC: 404"
    sends = [
        Sending(at=at, kind="email", address="bob@example.com"),
        Sending(at=at, kind="webhook", address="https://hooks.example.com/bob", dropped=why),
    ]
    call = Call(
        at=at, incident=1, person="bob", label="step 1", target="user:bob", why="named", urgency="high", sends=sends
    )
    (row,) = simulation_view(Outcome(at=at, summary="Called: bob.", lines=(), calls=(call,))).rows
    assert (row.ways, row.unsent) == ("e-mail", (f"webhook: {why}",))


async def test_as_a_part_of_the_page(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    alice.client.headers["hx-request"] = "true"
    told = (await alice.press(PATH, at="", severity="")).text
    assert "<html" not in told
    assert "<table" in told


async def test_what_the_editor_holds_goes_before_what_is_stored(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    draft = {"notify-0": "user:bob", "wait-0": "7m", "notify-1": "user:carol", "wait-1": "5m", "repeat": "0"}
    told = (await alice.press(PATH, **draft)).text
    assert "Called: bob at once, then carol after 7 minutes" in told
    async with office.connection() as conn:
        stored = await find_policy(conn, "payments")
    assert stored is not None
    assert "user:carol" not in {str(target) for target in stored.policy.steps[0].notify}


async def test_what_makes_no_sense_is_said(office: Database, browser_of: BrowserOf) -> None:
    alice = await browser_of("alice")
    assert "is not a time" in (await alice.press(PATH, at="soon")).text
    assert "SEV-9" in (await alice.press(PATH, severity="SEV-9")).text
    assert "Write it like 5m" in (await alice.press(PATH, **{"notify-0": "user:bob", "wait-0": "0s"})).text
    assert "There is no policy" in (await alice.press("/policies/nowhere/simulate")).text
