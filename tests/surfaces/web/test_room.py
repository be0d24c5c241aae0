"""The room of an incident: declare, look, acknowledge, write, move, resolve; a viewer only looks (SEC-1)."""

import re
from collections.abc import Awaitable, Callable

from tests.surfaces.web.conftest import Browser
from tocsin.accounts.service import get_user_by_name, open_scope
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.surfaces.web.pages.incidents.room import MOST_ENTRIES, PARTS

BrowserOf = Callable[[str], Awaitable[Browser]]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


async def declare(db: Database, title: str = "Checkout answers 500", **given: str) -> None:
    async with db.transaction() as tx:
        await incidents.declare(tx, Declaration(title=title, services=("checkout",), severity="SEV-1", **given))


async def test_a_viewer_looks_and_presses_nothing(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor = await browser_of("victor")
    page = (await victor.get("/incidents/INC-1")).text
    assert "Checkout answers 500" in page
    assert "Acknowledge</button>" not in page
    assert 'class="composer"' not in page
    for path, fields in (
        ("/incidents/INC-1/acknowledge", {}),
        ("/incidents/INC-1/notes", {"text": "hello"}),
        ("/incidents/INC-1/status", {"status": "resolved"}),
        ("/declare", {"title": "mine"}),
    ):
        assert (await victor.press(path, **fields)).status_code == 403
    assert (await victor.get("/declare")).status_code == 403


async def test_what_is_outside_ones_scopes_does_not_exist(office: Database, browser_of: BrowserOf) -> None:
    await declare(office, "A leak of keys")
    async with office.transaction() as tx:
        circle = await open_scope(tx, "only bob", [(await get_user_by_name(tx.conn, "bob")).id])
        await tx.conn.execute("update incident set scope_id = %s", (circle,))
    carol, bob = await browser_of("carol"), await browser_of("bob")
    for path in ("/incidents/INC-1", "/incidents/INC-1/parts", "/incidents/INC-1/stream"):
        assert (await carol.get(path)).status_code == 404
    for path in ("/", "/incidents", "/incidents?q=leak"):
        assert "A leak of keys" not in (await carol.get(path)).text
    assert (await carol.press("/incidents/INC-1/acknowledge", on="/")).status_code == 404
    assert "A leak of keys" in (await bob.get("/incidents/INC-1")).text


async def test_one_line_declares_and_pages_who_is_on_call(browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    answer = await bob.press(
        "/declare", on="/declare", title="Checkout answers 500", service="checkout", severity="SEV-2"
    )
    assert answer.headers["location"] == "/incidents/INC-1"
    page = (await bob.get("/incidents/INC-1")).text
    assert "SEV-2" in page
    assert '<a href="/policies/payments">payments</a>' in page
    assert '<a href="/services#checkout">checkout</a>' in page
    assert "declared it on the web" in page
    assert "payments-primary" in page
    assert "e-mail to" in page


async def test_a_title_may_be_as_long_in_the_form_as_the_rule_allows(browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    assert f'name="title" required maxlength="{incidents.MAX_TITLE}"' in (await bob.get("/declare")).text
    answer = await bob.press("/declare", on="/declare", title="W" * incidents.MAX_TITLE, service="checkout")
    assert answer.headers["location"] == "/incidents/INC-1"


async def test_a_form_that_is_refused_keeps_what_was_typed(browser_of: BrowserOf) -> None:
    bob = await browser_of("bob")
    answer = await bob.press("/declare", on="/declare", title="   ", summary="since the deploy")
    assert answer.status_code == 400
    assert 'aria-invalid="true" aria-describedby="wrong-title" autofocus>' in answer.text
    assert 'id="wrong-title" role="alert"><strong>A title has 1 to' in answer.text
    assert "since the deploy" in answer.text


async def test_acknowledging_stops_the_climb_and_leaves_resolving(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    assert "Acknowledge INC-1" in (await alice.get("/")).text
    answer = await alice.press("/incidents/INC-1/acknowledge")
    assert answer.headers["location"] == "/incidents/INC-1"
    page = (await alice.get("/incidents/INC-1")).text
    assert "@alice acknowledged on the web." in page
    assert "Resolve…" in page
    assert "Acknowledge</button>" not in page
    assert "alice has it" in (await alice.get("/")).text

    await alice.press("/incidents/INC-1/resolve", override="yes", reason="rolled back")
    again = await alice.press("/incidents/INC-1/acknowledge")
    assert again.status_code == 409
    assert "nothing to acknowledge" in again.text
    assert "All calm." in (await alice.get("/")).text
    levels = re.findall(r'class="(sev [^"]*)"', (await alice.get("/incidents/INC-1")).text)
    assert len(levels) == 2, "in the head, and where it is explained"
    assert all("is-past" in level for level in levels), "what is over has no colour"


async def test_a_move_that_is_not_legal_names_those_that_are(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    alice = await browser_of("alice")
    await alice.press("/incidents/INC-1/status", status="monitoring")
    answer = await alice.press("/incidents/INC-1/status", status="identified")
    assert answer.status_code == 409
    assert "Allowed from here: resolved, closed, investigating." in answer.text
    assert 'href="/incidents/INC-1"' in answer.text
    assert (await alice.press("/incidents/INC-1/status", status="on fire")).status_code == 400


async def test_an_entry_is_kept_with_its_kind_and_the_script_is_answered_with_nothing(
    office: Database, browser_of: BrowserOf
) -> None:
    await declare(office)
    bob = await browser_of("bob")
    await bob.press("/incidents/INC-1/notes", type="decision", text="roll back v2.3.1\nto v2.3.0")
    page = (await bob.get("/incidents/INC-1")).text
    assert "roll back v2.3.1\nto v2.3.0" in page
    assert "type-decision" in page
    bob.client.headers["HX-Request"] = "true"
    assert (await bob.press("/incidents/INC-1/notes", type="action", text="done")).status_code == 204
    refused = await bob.press("/incidents/INC-1/notes", type="action", text=" ")
    assert (refused.status_code, refused.headers["content-type"]) == (400, "text/plain; charset=utf-8")


async def test_what_comes_from_outside_is_text_and_nothing_else(office: Database, browser_of: BrowserOf) -> None:
    await declare(office, HOSTILE, reason=HOSTILE, summary=HOSTILE)
    bob = await browser_of("bob")
    await bob.press("/incidents/INC-1/notes", type="observation", text=HOSTILE)
    for path in ("/", "/incidents", "/incidents/INC-1", "/incidents/INC-1/parts", f"/incidents?q={HOSTILE}"):
        page = (await bob.get(path)).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "<img" not in page


async def test_a_name_in_the_search_leads_to_its_room_and_words_to_a_list(
    office: Database, browser_of: BrowserOf
) -> None:
    await declare(office)
    await declare(office, "Search is slow")
    bob = await browser_of("bob")
    assert (await bob.get("/incidents?q=inc-2")).headers["location"] == "/incidents/INC-2"
    found = (await bob.get("/incidents?q=checkout+500")).text
    assert "INC-1" in found
    assert "INC-2" not in found
    assert (await bob.get("/incidents?before=x")).status_code == 400


async def test_of_a_long_timeline_the_end_is_shown(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    async with office.transaction() as tx:
        for number in range(MOST_ENTRIES + 1):
            await incidents.add_note(tx, 1, "@bob", f"entry number {number}.")
    page = (await (await browser_of("bob")).get("/incidents/INC-1")).text
    assert f"entry number {MOST_ENTRIES}." in page
    assert "entry number 0." not in page
    assert "tocsin log INC-1" in page


async def test_how_many_are_affected_is_assessed_and_shown_and_nonsense_comes_back_with_the_form(
    office: Database, browser_of: BrowserOf
) -> None:
    bob = await browser_of("bob")
    answer = await bob.press("/declare", on="/declare", title="Checkout answers 500", users_affected="35%")
    page = (await bob.get(answer.headers["location"])).text
    assert "SEV-2" in page
    assert "<dt>Users affected</dt><dd>35%</dd>" in page
    refused = await bob.press("/declare", on="/declare", title="Another", users_affected="many")
    assert refused.status_code == 400
    assert 'value="many"' in refused.text


async def test_a_part_with_nothing_to_show_is_there_to_be_filled_and_has_no_heading(
    office: Database, browser_of: BrowserOf
) -> None:
    await declare(office)
    bob = await browser_of("bob")
    page, renewed = (await bob.get("/incidents/INC-1")).text, (await bob.get("/incidents/INC-1/parts")).text
    for part in PARTS:
        assert page.count(f'id="part-{part.name}"') == 1
        assert renewed.count(f'hx-target="#part-{part.name}"') == 1
    assert '<h2 id="part-paging-title">Paging</h2>' in page
    assert re.search(r'<section id="part-alerts"[^>]*></section>', page)


async def test_a_pasted_text_is_understood_before_it_is_posted(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    victor, bob = await browser_of("victor"), await browser_of("bob")
    path = "/incidents/INC-1/notes/understood"
    pasted = "[09:10] @alice [DECISION] <b>roll back</b>\n[09:20] done"
    assert (await victor.press(path, on="/", text=pasted)).status_code == 403
    shown = (await bob.press(path, text=pasted, type="action")).text
    assert "2 entries will be written" in shown
    for words in ("@alice", "type-decision", "&lt;b&gt;roll back&lt;/b&gt;", "type-action", ">09:20</time>"):
        assert words in shown
    for plain in ("", " ", "done", "two\nlines"):
        assert (await bob.press(path, text=plain, type="action")).text.strip() == ""
    assert "[09:30]" not in (await bob.press(path, text="[09:30] once", type="action")).text
    assert "Entry 1 of 2 has 0 characters." in (await bob.press(path, text="[09:30]\n[09:31] x", type="action")).text
    assert "roll back" not in (await bob.get("/incidents/INC-1")).text, "nothing was written"


async def test_what_was_written_down_later_stands_where_it_happened(office: Database, browser_of: BrowserOf) -> None:
    await declare(office)
    bob = await browser_of("bob")
    await bob.press("/incidents/INC-1/notes", type="action", text="looked at the graphs")
    await bob.press("/incidents/INC-1/notes", type="action", text="[08:10] @alice [DECISION] roll back\n[08:20] done")
    page = (await bob.get("/incidents/INC-1")).text
    places = [page.index(words) for words in ("roll back", ">done<", "INC-1 declared", "looked at the graphs")]
    assert places == sorted(places)
    assert '<span class="actor">@alice</span>' in page
    assert "by @bob</span>" in page


async def test_an_entry_is_corrected_by_its_author_and_the_original_stays(
    office: Database, browser_of: BrowserOf
) -> None:
    await declare(office)
    bob, alice = await browser_of("bob"), await browser_of("alice")
    await bob.press("/incidents/INC-1/notes", type="action", text="rolled back v2.3.0")
    found = re.search(r'href="(/incidents/INC-1/entries/\d+/correct)"', (await bob.get("/incidents/INC-1")).text)
    assert found
    path = found[1]
    assert path not in (await alice.get("/incidents/INC-1")).text
    assert (await alice.get(path)).status_code == 404
    assert (await alice.press(path, on="/", text="x")).status_code == 403
    assert "rolled back v2.3.0</textarea>" in (await bob.get(path)).text
    empty = await bob.press(path, text=" ")
    assert (empty.status_code, "The entry has 1 to" in empty.text or "An entry has 1 to" in empty.text) == (400, True)
    assert (await bob.press(path, text="rolled back <i>v2.3.1</i>")).headers["location"] == "/incidents/INC-1"
    page = (await alice.get("/incidents/INC-1")).text
    assert page.count("rolled back &lt;i&gt;v2.3.1&lt;/i&gt;") == 1, "the correction is no entry of its own"
    assert "by @bob</summary>" in page
    assert "rolled back v2.3.0" in page
