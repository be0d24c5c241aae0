"""Who sees an incident, in its room (LIF-7): first who may not, then how members come and go."""

from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser

BrowserOf = Callable[[str], Awaitable[Browser]]
ROOM = "/incidents/INC-1"


async def declare(browser: Browser, **fields: str) -> None:
    answer = await browser.press("/declare", on="/declare", title="A key leaked", service="checkout", **fields)
    assert answer.headers["location"] == ROOM


async def test_who_may_not_change_who_sees_it(browser_of: BrowserOf) -> None:
    alice, carol, victor = await browser_of("alice"), await browser_of("carol"), await browser_of("victor")
    await declare(alice)
    assert (await victor.press(f"{ROOM}/private", reason="x")).status_code == 403
    assert "Make it private" not in (await victor.get(ROOM)).text
    await alice.press(f"{ROOM}/private", on=ROOM, reason="a customer is named")
    assert (await carol.get(ROOM)).status_code == 404
    for path, fields in (("members", {"names": "carol"}), ("members/remove", {"name": "alice"}), ("private", {})):
        assert (await carol.press(f"{ROOM}/{path}", **fields)).status_code == 404
    await alice.press(f"{ROOM}/members", on=ROOM, names="victor")
    assert "A key leaked" in (await victor.get(ROOM)).text
    assert (await victor.press(f"{ROOM}/members", names="carol")).status_code == 403


async def test_declared_private_it_names_its_members(browser_of: BrowserOf) -> None:
    carol, alice, victor = await browser_of("carol"), await browser_of("alice"), await browser_of("victor")
    await declare(carol, private="yes")
    page = (await carol.get(ROOM)).text
    assert "It is private" in page
    assert '<span class="amber">private</span>' in page
    assert 'id="member-carol"' in page
    assert (await victor.get(ROOM)).status_code == 404
    assert (await alice.get(ROOM)).status_code in (200, 404)  # alice or bob is on call, and called


async def test_members_are_let_in_and_leave(browser_of: BrowserOf) -> None:
    alice, carol = await browser_of("alice"), await browser_of("carol")
    await declare(alice, private="yes")
    assert (await alice.press(f"{ROOM}/members", on=ROOM, names="carol, bob")).status_code == 303
    assert 'id="member-carol"' in (await alice.get(ROOM)).text
    left = await carol.press(f"{ROOM}/members/remove", on=ROOM, name="carol")
    assert left.headers["location"] == "/"
    assert (await carol.get(ROOM)).status_code == 404
    refused = await alice.press(f"{ROOM}/members", on=ROOM, names="zoe")
    assert refused.status_code == 404
    assert "There is nobody named" in refused.text
