"""Contacts over HTTP: whose they are, what is known of each, the test message, the rules (PAG-3)."""

from datetime import timedelta
from typing import Any

import httpx

from tests.surfaces.api.callers import Api, Caller, problem
from tocsin.accounts.model import Role, UserDraft
from tocsin.accounts.service import get_user_by_name, upsert_user
from tocsin.delivery import contacts, service
from tocsin.delivery.model import ContactDraft, NotificationRule, Purpose, Urgency
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.ledger import list_entries

HOOK = ContactDraft("webhook", "https://hooks.example.com/secret/path")
RULES = {"high": [{"kind": "webhook", "after": "0s"}, {"kind": "email", "after": "3m"}], "low": []}


async def give_hook(api: Api, name: str = "alice") -> None:
    async with api.db.transaction() as tx:
        user = await get_user_by_name(tx.conn, name)
        await contacts.replace_contacts(tx, user.id, [HOOK], [], user.managed_by)


async def put_rules(caller: Caller, rules: dict[str, Any], query: str = "") -> httpx.Response:
    return await caller.client.put(f"/api/v1/contacts/rules{query}", json=rules, headers=caller.headers)


async def test_who_may_not(api: Api) -> None:
    problem(await api.nobody.get("/contacts"), 401)
    for caller in (api.bob, api.mona, api.vera):
        problem(await caller.get("/contacts", user="alice"), 403)
        problem(await caller.post("/contacts/account/test?user=alice"), 403)
        problem(await caller.post("/contacts/1/secret?user=alice"), 403)
        problem(await put_rules(caller, RULES, "?user=alice"), 403)
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
