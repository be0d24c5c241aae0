"""Policies on the web: as sentences with names, read-only where a file manages them, written by administrators else."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from html import unescape

import pytest
from msgspec.structs import replace

from tests.surfaces.web.conftest import Browser
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import disable_user, upsert_user
from tocsin.alerts import rulebook
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Organisation, Service
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration
from tocsin.kernel.ledger import list_entries
from tocsin.oncall import service as oncall
from tocsin.paging.model import During, Policy, Step, Variant, parse_target
from tocsin.paging.policies import find_policy, put_policy

BrowserOf = Callable[[str], Awaitable[Browser]]
WRITTEN = {
    "name": "search",
    "notify-0": "schedule:payments-primary\nuser:bob",
    "wait-0": "5m",
    "notify-1": "",
    "wait-1": "10m",
    "repeat": "1",
    "last_resort": "team:payments",
}


@pytest.fixture
async def root(office: Database, browser_of: BrowserOf) -> Browser:
    async with office.transaction() as tx:
        draft = UserDraft(name="root", email="root@example.com", role=Role.ADMIN, time_zone="Europe/Berlin")
        await upsert_user(tx, draft, managed_by=None, actor="tocsin")
    return await browser_of("root")


async def stored(db: Database, name: str) -> Policy | None:
    async with db.connection() as conn:
        found = await find_policy(conn, name)
    return found.policy if found else None


async def managed(db: Database) -> None:
    policy = await stored(db, "payments")
    assert policy is not None
    async with db.transaction() as tx:
        await put_policy(tx, policy, "tocsin.yaml")


async def test_who_may_not_write_reads(office: Database, browser_of: BrowserOf) -> None:
    for name in ("victor", "alice", "carol"):
        browser = await browser_of(name)
        page = (await browser.get("/policies/payments")).text
        assert "page the one on call in payments-primary" in page
        assert "/edit" not in page
        assert "/new-policy" not in (await browser.get("/policies")).text
        for path in ("/new-policy", "/policies/payments/edit"):
            assert (await browser.get(path)).status_code == 403
            assert (await browser.press(path, **WRITTEN)).status_code == 403
        for what in ("rename", "copy", "remove"):
            assert (await browser.press(f"/policies/payments/{what}", name="search")).status_code == 403
        assert "Rename" not in page
    assert await stored(office, "search") is None


async def test_the_ladder_is_told_in_sentences_with_the_names_of_now(office: Database, browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    page = (await victor.get("/policies/payments")).text
    assert "At once, page the one on call in payments-primary." in page
    assert "After 5 minutes without an answer, page carol." in page
    assert "After the last 10 minutes, nobody is left: the administrators are told." in page
    assert "<b>alice</b>" in page
    assert "on call in payments-primary" in page
    assert "Used by checkout." in page
    listed = (await victor.get("/policies")).text
    assert 'href="/policies/payments"' in listed
    assert "checkout" in listed


async def test_a_step_that_would_reach_nobody_says_so(office: Database, browser_of: BrowserOf) -> None:
    async with office.transaction() as tx:
        await disable_user(tx, "carol", managed_by=None, actor="@story")
    page = (await (await browser_of("victor")).get("/policies/payments")).text
    assert "carol is disabled" in page
    assert "It reaches nobody, so the next step would come at once." in page


async def test_an_administrator_writes_one_and_it_is_on_the_audit_log(office: Database, root: Browser) -> None:
    answer = await root.press("/new-policy", on="/new-policy", **WRITTEN)
    assert answer.headers["location"] == "/policies/search"
    policy = await stored(office, "search")
    assert policy is not None
    assert [str(target) for target in policy.steps[0].notify] == ["schedule:payments-primary", "user:bob"]
    assert (len(policy.steps), policy.repeat) == (1, 1)
    page = (await root.get("/policies/search")).text
    assert "No file manages it." in page
    assert "everybody in the team payments" in page
    async with office.connection() as conn:
        sentences = [entry.sentence for entry in await list_entries(conn, "audit")]
    assert "@root created escalation policy search." in sentences


async def test_changing_one_begins_with_what_it_says_now(office: Database, root: Browser) -> None:
    form = (await root.get("/policies/payments/edit")).text
    assert ">schedule:payments-primary</textarea>" in form
    assert 'value="10m"' in form
    answer = await root.press("/policies/payments/edit", **(WRITTEN | {"name": "other"}))
    assert answer.headers["location"] == "/policies/payments"
    assert await stored(office, "other") is None
    policy = await stored(office, "payments")
    assert policy is not None
    assert policy.repeat == 1


async def test_variants_are_told_with_their_own_ladder_and_outlast_a_change(office: Database, root: Browser) -> None:
    before = await stored(office, "payments")
    assert before is not None
    nights = Variant(during=During.NIGHTS, steps=(Step((parse_target("user:bob"),), timedelta(minutes=15)),))
    later = Variant(during=During.OUTSIDE_BUSINESS_HOURS, severity=("SEV-3",), hold=True)
    async with office.transaction() as tx:
        await put_policy(tx, replace(before, when=(nights, later)), None)
    page = (await root.get("/policies/payments")).text
    variants = page.partition("Variants")[2]
    assert "At night: another ladder is climbed." in variants
    assert "At once, page bob." in variants
    assert "<b>bob</b>" in variants
    assert "After the last 15 minutes, nobody is left" in variants
    assert "for a SEV-3: nobody is called before business hours begin." in variants
    assert "2 variants stay as written" in (await root.get("/policies/payments/edit")).text
    await root.press("/policies/payments/edit", **WRITTEN)
    after = await stored(office, "payments")
    assert after is not None
    assert (after.repeat, after.when) == (1, (nights, later))


async def test_who_is_told_beside_it_is_said(office: Database, browser_of: BrowserOf) -> None:
    victor = await browser_of("victor")
    assert "Beside it" not in (await victor.get("/policies/payments")).text
    async with office.transaction() as tx:
        await catalog.put_organisation(tx, Organisation(name="Example", severity_profile="p-levels"))
    beside = (await victor.get("/policies/payments")).text.partition("Beside it")[2]
    assert "For a P0, 15 minutes after it was declared: tell the group leadership." in beside


async def test_what_a_file_manages_is_read_only_and_names_the_file(office: Database, root: Browser) -> None:
    await managed(office)
    before = await stored(office, "payments")
    page = (await root.get("/policies/payments")).text
    assert "Managed by <code>tocsin.yaml</code>" in page
    assert "/policies/payments/edit" not in page
    assert (await root.get("/policies/payments/edit")).status_code == 409
    refused = await root.press("/policies/payments/edit", **WRITTEN)
    assert refused.status_code == 409
    assert "managed by tocsin.yaml" in refused.text
    for what in ("rename", "remove"):
        refused = await root.press(f"/policies/payments/{what}", name="pay")
        assert refused.status_code == 409
        assert "managed by tocsin.yaml" in refused.text
    assert await stored(office, "payments") == before
    assert (await root.press("/policies/payments/copy", name="pay")).headers["location"] == "/policies/pay"
    assert await stored(office, "payments") == before


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": "payments"}, "name"),
        ({"notify-0": "user:nobody"}, "notify-0"),
        ({"notify-1": "in turn: user:bob user:nobody"}, "notify-1"),
        ({"notify-0": "schedule:nights"}, "notify-0"),
        ({"last_resort": "team:nobody"}, "last_resort"),
        ({"last_resort": "vendor:nobody"}, "last_resort"),
        ({"wait-0": "soon"}, "wait-0"),
        ({"repeat": "often"}, "repeat"),
        ({"repeat": "9" * 5000}, "repeat"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    office: Database, root: Browser, sent: dict[str, str], field: str
) -> None:
    answer = await root.press("/new-policy", on="/new-policy", **(WRITTEN | sent))
    assert answer.status_code == 400
    assert f'id="wrong-{field}"' in answer.text
    assert ">team:payments</textarea>" in answer.text or field == "last_resort"
    assert await stored(office, "search") is None


async def test_one_more_step_keeps_what_was_typed(office: Database, root: Browser) -> None:
    answer = await root.press("/new-policy", on="/new-policy", **WRITTEN, more="yes")
    assert answer.status_code == 200
    assert "Step 3" in answer.text
    assert "user:bob</textarea>" in answer.text
    assert await stored(office, "search") is None


async def test_a_policy_that_is_none_is_not_found(root: Browser) -> None:
    for path in ("/policies/nights", "/policies/nights/edit"):
        assert (await root.get(path)).status_code == 404
    assert (await root.press("/policies/nights/edit", **WRITTEN)).status_code == 404


async def test_without_a_policy_the_page_says_what_one_is_for(office: Database, root: Browser) -> None:
    async with office.transaction() as tx:
        await tx.conn.execute("update escalation_policy set replaced_at = %s", (tx.now,))
    assert "tocsin plan" in (await root.get("/policies")).text


async def test_one_that_nothing_uses_gets_another_name_and_goes(office: Database, root: Browser) -> None:
    await root.press("/new-policy", on="/new-policy", **WRITTEN)
    before = await stored(office, "search")
    assert before is not None
    answer = await root.press("/policies/search/rename", on="/policies/search", name="find")
    assert answer.headers["location"] == "/policies/find"
    assert await stored(office, "search") is None
    assert await stored(office, "find") == replace(before, name="find")
    taken = await root.press("/policies/find/rename", name="payments")
    assert taken.status_code == 400
    assert "There is a policy payments already." in taken.text
    assert 'value="payments"' in taken.text
    assert (await root.press("/policies/find/rename", name="Not a name")).status_code == 400
    gone = await root.press("/policies/find/remove")
    assert gone.headers["location"] == "/policies"
    assert await stored(office, "find") is None
    assert (await root.press("/policies/find/remove")).status_code == 404
    async with office.connection() as conn:
        told = [entry.sentence for entry in await list_entries(conn, "audit")]
    assert "@root renamed escalation policy search to find." in told
    assert "@root removed escalation policy find." in told


async def test_one_in_use_is_named_by_whoever_uses_it_and_can_be_copied(office: Database, root: Browser) -> None:
    async with office.transaction() as tx:
        await rulebook.replace_routes(tx, [{"match": ["team=pay"], "escalation_policy": "payments"}])
        await incidents.declare(tx, Declaration(title="Checkout fails", services=("checkout",), by="@alice"))
    page = (await root.get("/policies/payments")).text
    assert "<li>the service checkout</li><li>route 1</li><li>INC-1, which is open</li>" in page
    for what in ("rename", "remove"):
        refused = await root.press(f"/policies/payments/{what}", on="/policies/payments", name="pay")
        assert refused.status_code == 409
        assert "still used by the service checkout, route 1 and INC-1, which is open." in unescape(refused.text)
    assert "Let them call by another policy" in refused.text
    assert await stored(office, "pay") is None
    copied = await root.press("/policies/payments/copy", name="pay")
    assert copied.headers["location"] == "/policies/pay"
    payments = await stored(office, "payments")
    assert payments is not None
    assert await stored(office, "pay") == replace(payments, name="pay")


async def test_a_second_policy_is_not_written_while_services_rely_on_the_only_one(
    office: Database, root: Browser
) -> None:
    async with office.transaction() as tx:
        await catalog.put_service(tx, Service(name="mail", team="payments"))
    for path, sent in (("/new-policy", WRITTEN), ("/policies/payments/copy", {"name": "search"})):
        refused = await root.press(path, on="/new-policy", **sent)
        assert refused.status_code == 400
        assert "payments is climbed for mail because it is the only policy." in refused.text
    assert await stored(office, "search") is None


async def test_what_it_breaks_on_call_is_said_before_it_is_saved(office: Database, root: Browser) -> None:
    """A second schedule with the same people as a later step: whoever does not answer would be called again."""
    async with office.transaction() as tx:
        primary = await oncall.get_schedule(tx.conn, "payments-primary", tx.now)
        await oncall.put_schedule(tx, replace(primary, name="payments-secondary"))
    sent = WRITTEN | {"name": "payments", "notify-1": "schedule:payments-secondary"}
    refused = await root.press("/policies/payments/edit", on="/policies/payments/edit", **sent)
    assert refused.status_code == 400
    assert "is on call in payments-primary and in payments-secondary" in unescape(refused.text)
    assert 'name="anyway"' in refused.text
    assert "schedule:payments-secondary" in refused.text
    before = await stored(office, "payments")
    assert before is not None
    assert len(before.steps) == 2
    assert before.steps[1].notify == (parse_target("user:carol"),)
    saved = await root.press("/policies/payments/edit", **sent, anyway="a week only")
    assert saved.headers["location"] == "/policies/payments"
    after = await stored(office, "payments")
    assert after is not None
    assert after.steps[1].notify == (parse_target("schedule:payments-secondary"),)
    async with office.connection() as conn:
        assert "a week only" in (await list_entries(conn, "audit"))[-1].sentence
