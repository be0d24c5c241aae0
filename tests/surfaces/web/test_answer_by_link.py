"""What else the link of a message can say (PAG-4): looking changes nothing, each button is one POST (SEC-6)."""

from datetime import timedelta

from tests.surfaces.web.conftest import URL, Browser
from tests.surfaces.web.test_acknowledge_link import now, page_alice
from tocsin.db.database import Database
from tocsin.delivery import service as delivery
from tocsin.delivery.keys import AckLinks
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.clock import VirtualClock
from tocsin.paging import handing_over, store
from tocsin.paging.model import PageState, RunState

OTHERS = ("decline", "snooze/30", "escalate", "actionable", "not-actionable")


async def called(db: Database, incident: Incident) -> list[tuple[str, PageState, bool | None]]:
    async with db.connection() as conn:
        return [(page.user_name, page.state, page.actionable) for page in await store.list_pages(conn, incident.id)]


async def test_a_forged_link_does_nothing_and_looking_at_a_button_is_not_pressing_it(
    office: Database, guest: Browser, links: AckLinks
) -> None:
    incident, path = await page_alice(office, links)
    for button in OTHERS:
        assert (await guest.client.post(f"/ack/forged/{button}")).status_code == 404
        for method in ("GET", "HEAD"):
            assert (await guest.client.request(method, f"{path}/{button}")).status_code in {404, 405}
    assert await called(office, incident) == [("alice", PageState.OPEN, None)]
    assert (await now(office, incident)).status is Status.TRIGGERED


async def test_declining_calls_the_next_and_spends_the_link(office: Database, guest: Browser, links: AckLinks) -> None:
    incident, path = await page_alice(office, links)
    assert "Not me: page the next" in (await guest.get(path)).text
    answer = await guest.client.post(f"{path}/decline")
    assert "You are not called for this any more; the next is." in answer.text
    assert await called(office, incident) == [("alice", PageState.DECLINED, None), ("carol", PageState.OPEN, None)]
    for button in ("", "/decline", "/snooze/30", "/escalate"):
        again = await guest.client.post(f"{path}{button}")
        assert again.status_code == 410, button
    assert (await now(office, incident)).status is Status.TRIGGERED


async def test_quiet_is_an_answer_that_says_when_it_ends_on_the_receivers_clock(
    office: Database, guest: Browser, links: AckLinks, clock: VirtualClock
) -> None:
    incident, path = await page_alice(office, links)
    answer = await guest.client.post(f"{path}/snooze/60")
    assert "You are called again at" in answer.text
    assert "12:00" in answer.text  # 11:00 in Berlin, and an hour
    async with office.connection() as conn:
        run = await store.find_latest_run(conn, incident.id)
    assert run is not None
    assert (run.state, run.snoozed_until) == (RunState.ACKNOWLEDGED, clock.now() + timedelta(hours=1))
    assert (await now(office, incident)).acknowledged_by == "@alice"


async def test_only_the_lengths_of_the_buttons(office: Database, guest: Browser, links: AckLinks) -> None:
    incident, path = await page_alice(office, links)
    for minutes in ("0", "-30", "31", "999999999999999999999", "soon"):
        assert (await guest.client.post(f"{path}/snooze/{minutes}")).status_code in {400, 404, 409}
    assert (await now(office, incident)).status is Status.TRIGGERED


async def test_the_next_step_is_called_once_and_the_link_stays_good_for_an_answer(
    office: Database, guest: Browser, links: AckLinks
) -> None:
    incident, path = await page_alice(office, links)
    answer = await guest.client.post(f"{path}/escalate")
    assert "The next step is called now." in answer.text
    assert "Acknowledge as alice" in answer.text
    again = await guest.client.post(f"{path}/escalate")
    assert again.status_code == 409
    assert "has been called already" in again.text
    assert [who for who, _, _ in await called(office, incident)] == ["alice", "carol"]
    assert "You have it." in (await guest.client.post(path)).text


async def test_whether_it_was_worth_it_is_asked_after_the_answer_and_may_be_skipped(
    office: Database, guest: Browser, links: AckLinks, clock: VirtualClock
) -> None:
    incident, path = await page_alice(office, links)
    assert "something to do" not in (await guest.get(path)).text
    assert "something to do" in (await guest.client.post(path)).text
    assert "Noted, thank you." in (await guest.client.post(f"{path}/not-actionable")).text
    assert await called(office, incident) == [("alice", PageState.ACKNOWLEDGED, False)]
    assert (await guest.client.post(f"{path}/actionable")).status_code == 200
    assert await called(office, incident) == [("alice", PageState.ACKNOWLEDGED, True)]
    clock.advance(links.life)
    assert (await guest.client.post(f"{path}/not-actionable")).status_code == 410
    assert await called(office, incident) == [("alice", PageState.ACKNOWLEDGED, True)]


async def test_a_helper_comes_or_cannot_and_who_has_it_stays_the_same(
    office: Database, guest: Browser, links: AckLinks
) -> None:
    incident, _ = await page_alice(office, links)
    async with office.transaction() as tx:
        await incidents.acknowledge(tx, incident.id, "@alice", "cli")
        await handing_over.add_responders(tx, incident.id, ["bob", "carol"], "@alice")
        sent = {each.user_name: each for each in await delivery.list_deliveries(tx.conn, incident.topic)}
    paths = {name: links.url_for(each.id).removeprefix(URL) for name, each in sent.items()}
    page = (await guest.get(paths["bob"])).text
    for words in ("Come to help as bob", "I cannot help", "Who has it stays the same."):
        assert words in page
    for words in ("Call the next step", "be called again in"):
        assert words not in page
    assert "alice has it, and knows that you come." in (await guest.client.post(paths["bob"])).text
    assert "You are not called for this any more." in (await guest.client.post(f"{paths['carol']}/decline")).text
    assert (await now(office, incident)).acknowledged_by == "@alice"
    assert [state for _, state, _ in await called(office, incident)][1:] == [
        PageState.ACKNOWLEDGED,
        PageState.DECLINED,
    ]
