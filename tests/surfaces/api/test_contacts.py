"""Contacts over HTTP: whose they are, what is known of each, the test message, the rules (PAG-3)."""

from datetime import timedelta
from typing import Any

import httpx

from tests.support.applications import SETTINGS
from tests.surfaces.api.callers import Api, Caller, problem
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import get_user_by_name, upsert_user
from tocsin.delivery import contacts, service
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import ContactDraft, NotificationRule, Purpose, Urgency
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.ledger import list_entries

HOOK = ContactDraft("webhook", "https://hooks.example.com/secret/path")
RULES = {"high": [{"kind": "webhook", "after": "0s"}, {"kind": "email", "after": "3m"}], "low": []}


async def give_hook(api: Api, name: str = "alice") -> None:
    async with api.db.transaction() as tx:
        user = await get_user_by_name(tx.conn, name)
        await contacts.replace_contacts(tx, user.id, [HOOK], [], user.managed_by)


async def put(caller: Caller, path: str, body: dict[str, Any], query: str = "") -> httpx.Response:
    return await caller.client.put(f"/api/v1{path}{query}", json=body, headers=caller.headers)


async def put_rules(caller: Caller, rules: dict[str, Any], query: str = "") -> httpx.Response:
    return await put(caller, "/contacts/rules", rules, query)


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.get("/contacts"), 401)
    for caller in (api.bob, api.mona, api.vera):
        problem(await caller.get("/contacts", user="alice"), 403)
        problem(await caller.post("/contacts/account/test?user=alice"), 403)
        problem(await caller.post("/contacts/1/secret?user=alice"), 403)
        problem(await put_rules(caller, RULES, "?user=alice"), 403)
        problem(await caller.post("/contacts?user=alice", kind="email", address="bob@example.com"), 403)
        problem(await put(caller, "/contacts/quiet-hours", {"quiet_hours": None}, "?user=alice"), 403)
        problem(await caller.get("/contacts", user="nobody-there"), 403)
    assert (await api.root.get("/contacts", user="alice")).json()["person"] == "alice"


async def test_the_accounts_own_address_is_a_contact_until_there_is_another(api: Api) -> None:
    told = (await api.alice.get("/contacts")).json()
    assert told["contacts"] == [
        {
            "id": "account",
            "kind": "email",
            "address": "alice@example.com",
            "managed_by": None,
            "is_confirmed": True,
            "proven_at": None,
            "broken_at": None,
            "broken_why": None,
            "last_test": None,
        }
    ]
    assert told["rules"] == {"high": [], "low": []}


async def test_of_a_hook_only_the_host_is_shown(api: Api) -> None:
    await give_hook(api)
    answer = await api.alice.get("/contacts")
    assert answer.json()["contacts"][0]["address"] == "hooks.example.com"
    assert "secret" not in answer.text


async def test_a_test_message_goes_by_that_contact_only_and_shows_what_became_of_it(
    api: Api, clock: VirtualClock
) -> None:
    await give_hook(api)
    hook = (await api.alice.get("/contacts")).json()["contacts"][0]["id"]
    assert (await api.alice.post(f"/contacts/{hook}/test")).status_code == 202
    async with api.db.connection() as conn:
        (sent,) = await service.list_deliveries(conn, f"contact/{hook}")
    assert (sent.kind, sent.purpose, sent.message.can_acknowledge) == ("webhook", Purpose.TEST, True)
    assert (await api.alice.get("/contacts")).json()["contacts"][0]["last_test"]["state"] == "waiting"
    assert "a moment ago" in problem(await api.alice.post(f"/contacts/{hook}/test"), 409)["detail"]
    clock.advance(contacts.TEST_EVERY)
    assert (await api.root.post(f"/contacts/{hook}/test?user=alice")).status_code == 202
    assert (await api.alice.post("/contacts/account/test")).status_code == 202


async def test_nobody_tests_what_is_not_theirs(api: Api) -> None:
    await give_hook(api)
    hook = (await api.alice.get("/contacts")).json()["contacts"][0]["id"]
    problem(await api.bob.post(f"/contacts/{hook}/test"), 404)
    problem(await api.bob.post("/contacts/999/test"), 404)
    problem(await api.bob.post("/contacts/x/test"), 400)


async def test_rules_are_changed_as_a_whole(api: Api) -> None:
    await give_hook(api)
    answer = await put_rules(api.alice, RULES)
    assert answer.json()["rules"] == RULES
    async with api.db.connection() as conn:
        stored = await contacts.list_rules(conn, (await get_user_by_name(conn, "alice")).id)
    assert [(rule.kind, rule.delay) for rule in stored] == [("webhook", timedelta(0)), ("email", timedelta(minutes=3))]


async def test_what_is_wrong(api: Api) -> None:
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"high": [{"kind": "webhook"}]}, "high.0.kind"),
        ({"low": [{"kind": "email"}, {"kind": "email", "after": "soon"}]}, "low.1.after"),
        ({"low": [{"kind": "email", "after": "25h"}]}, "low.0.after"),
    ]
    for wrong, field in wrongs:
        assert problem(await put_rules(api.alice, wrong), 400)["field"] == field


async def test_what_a_file_manages_names_the_file(api: Api) -> None:
    async with api.db.transaction() as tx:
        draft = UserDraft(name="alice", email="alice@example.com", role=Role.RESPONDER)
        user = await upsert_user(tx, draft, managed_by="tocsin.yaml", actor="tocsin")
        await contacts.replace_contacts(tx, user.id, [HOOK], [], "tocsin.yaml")
        assert (await contacts.ways_of(tx.conn, user)).habit.managed_by is None
    assert (await put_rules(api.alice, RULES)).status_code == 200  # the file says nothing about them
    async with api.db.transaction() as tx:
        rules = [NotificationRule(Urgency.HIGH, "webhook", timedelta(0))]
        await contacts.replace_contacts(tx, user.id, [HOOK], rules, "tocsin.yaml")
    refused = problem(await put_rules(api.alice, {"high": [{"kind": "email"}]}), 409)
    assert "managed by tocsin.yaml" in refused["detail"]
    assert (await api.alice.get("/contacts")).json()["managed_by"] == "tocsin.yaml"


async def test_the_owner_of_a_webhook_is_shown_what_its_messages_are_signed_with(api: Api) -> None:
    await give_hook(api)
    hook = (await api.alice.get("/contacts")).json()["contacts"][0]["id"]
    secret = (await api.alice.post(f"/contacts/{hook}/secret")).json()["secret"]
    assert secret.startswith("whsec_")
    assert secret == (await api.root.post(f"/contacts/{hook}/secret?user=alice")).json()["secret"]
    problem(await api.bob.post(f"/contacts/{hook}/secret"), 404)
    problem(await api.alice.post("/contacts/account/secret"), 409)
    async with api.db.connection() as conn:
        said = [entry.sentence for entry in await list_entries(conn, "audit")]
    assert sum("was shown the signing secret of a webhook of" in each for each in said) == 2


async def code_of(api: Api, contact: str) -> str:
    async with api.db.connection() as conn:
        sent = await service.list_deliveries(conn, f"contact-code/{contact}")
    return ack_links(SETTINGS.secret_key, SETTINGS.public_url).code(sent[-1].id)


async def add(caller: Caller, address: str = "alice@private.example") -> dict[str, Any]:
    answer = await caller.post("/contacts", kind="email", address=address)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_contact_is_added_and_confirmed_by_its_code(api: Api) -> None:
    added = await add(api.alice)
    assert (added["is_confirmed"], added["address"]) == (False, "alice@private.example")
    assert (await add(api.alice))["id"] == added["id"]
    of = f"/contacts/{added['id']}"
    assert (await api.alice.post(f"{of}/code")).status_code == 202
    code = await code_of(api, added["id"])
    problem(await api.alice.post(f"{of}/test"), 409)
    problem(await api.bob.post(f"{of}/verify", code=code), 404)
    wrong = problem(await api.alice.post(f"{of}/verify", code=f"{(int(code) + 1) % 1_000_000:06d}"), 409)
    assert "compare it with the message" in wrong["remedy"]
    assert problem(await api.alice.post(f"{of}/verify", code="12a"), 400)["field"] == "code"
    confirmed = (await api.alice.post(f"{of}/verify", code=code)).json()
    assert confirmed["is_confirmed"] is True
    assert confirmed["proven_at"] is not None
    problem(await api.alice.post(f"{of}/code"), 409)
    assert (await api.alice.post("/contacts/account/code")).status_code == 400


async def test_too_many_codes_say_when_to_try_again(api: Api) -> None:
    of = f"/contacts/{(await add(api.alice))['id']}"
    for _ in range(4):
        assert (await api.alice.post(f"{of}/code")).status_code == 202
    answer = await api.alice.post(f"{of}/code")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert "60 min" in answer.json()["remedy"]


async def test_what_was_added_is_ordered_and_removed(api: Api) -> None:
    first, second = await add(api.alice), await add(api.alice, "alice@second.example")
    answer = await put(api.alice, "/contacts/order", {"order": [second["id"], first["id"]]})
    assert [each["id"] for each in answer.json()["contacts"]] == [second["id"], first["id"], "account"]
    for wrong in ([first["id"]], [first["id"], "account"], ["x"]):
        problem(await put(api.alice, "/contacts/order", {"order": wrong}), 400)
    removed = await api.alice.client.delete(f"/api/v1/contacts/{second['id']}", headers=api.alice.headers)
    assert [each["id"] for each in removed.json()["contacts"]] == [first["id"], "account"]
    problem(await api.alice.client.delete("/api/v1/contacts/account", headers=api.alice.headers), 409)


async def warnings(api: Api, name: str) -> list[tuple[str, str]]:
    """To whom it was sent, and in which words."""
    async with api.db.connection() as conn:
        sent = await service.list_deliveries(conn, f"user/{(await get_user_by_name(conn, name)).id}")
    return [(each.address, f"{each.message.title} – {each.message.what}") for each in sent]


async def test_the_other_ways_say_who_changed_what_from_where(api: Api) -> None:
    of = f"/contacts/{(await add(api.alice))['id']}"
    await add(api.alice)  # another code: nothing has changed
    ((told, said),) = await warnings(api, "alice")
    assert told == "alice@example.com"
    assert "email alice@private.example was added – @alice did this at " in said
    assert ", from 127.0.0.1. " in said
    assert (await api.alice.post(f"{of}/verify", code=await code_of(api, of.rpartition("/")[2]))).status_code == 200
    for _ in range(2):  # the same again changes nothing
        await put(api.root, "/contacts/rules", {"high": [{"kind": "email"}], "low": []}, "?user=alice")
        await put(api.root, "/contacts/quiet-hours", {"quiet_hours": {"from": "22:00", "to": "07:00"}}, "?user=alice")
    (_, (told, said), *others) = await warnings(api, "alice")
    assert (told, "was confirmed – @alice did this at " in said) == ("alice@example.com", True)
    assert {told for told, _ in others} == {"alice@example.com", "alice@private.example"}
    assert len(others) == 4
    assert all("@root did this at" in said and ", from 127.0.0.1. " in said for _, said in others)
    async with api.db.connection() as conn:
        audited = [
            entry.data.get("client") for entry in await list_entries(conn, "audit") if "contact" in entry.sentence
        ]
    assert audited == ["127.0.0.1"] * 3


HOSTILE = (
    "",
    " ",
    "alice",
    "alice@",
    "alice@example.com\r\nBcc: all@example.com",
    "alice@example.com, bob@example.com",
    "<script>@example.com",
    "=?utf-8?q?a?=@example.com\x0b",
    "a" * 65 + "@example.com",
    "alice@" + "a" * 3000,
    "\u202ealice@example.com",
)


async def test_hostile_addresses_are_refused_by_name(api: Api) -> None:
    for address in HOSTILE:
        answer = await api.alice.post("/contacts", kind="email", address=address)
        assert problem(answer, 400)["field"] == "address", address
    for kind, address in (
        ("webhook", "javascript:alert(1)"),
        ("webhook", "file:///etc/passwd"),
        ("ntfy", "https://x/"),
    ):
        assert problem(await api.alice.post("/contacts", kind=kind, address=address), 400)["field"] == "address"
    for kind in ("pigeon", "", "e" * 5000):
        assert problem(await api.alice.post("/contacts", kind=kind, address="x"), 400)["field"] == "kind"


async def test_quiet_hours_are_set_and_ended(api: Api) -> None:
    hours = {"days": "mon-fri", "from": "22:00", "to": "07:00"}
    assert (await put(api.alice, "/contacts/quiet-hours", {"quiet_hours": hours})).json()["quiet_hours"] == hours
    wrongs = [({"days": "someday"}, "days"), ({"from": "25:00"}, "from"), ({"to": "22:00"}, "to")]
    for wrong, field in wrongs:
        refused = problem(await put(api.alice, "/contacts/quiet-hours", {"quiet_hours": hours | wrong}), 400)
        assert refused["field"] == field
    assert (await put(api.alice, "/contacts/quiet-hours", {"quiet_hours": None})).json()["quiet_hours"] is None
