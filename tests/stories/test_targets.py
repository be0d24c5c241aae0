"""Whom a step can call beside people on call: experts, groups, a vendor by mail, a webhook (PAG-1)."""

from tests.stories.conftest import ORGANISATION
from tests.support.channels import Received
from tests.support.world import World
from tocsin.delivery.model import Line, Purpose, Receipt

LADDER = """
  - name: wide
    steps:
      - {notify: ["expert:ledger", "vendor:db-support", "webhook:env:HOOK"], wait: 5m}
      - {notify: ["group:executives"], wait: 5m}
groups:
  - {name: executives, members: [carol, dave]}
vendors:
  - {name: db-support, email: help@db.example.com, contract: C-1234, ticket: "https://db.example.com/t"}
services:
  - {name: ledger, team: payments, escalation_policy: wide, experts: [bob]}
"""
WIDE = ORGANISATION.replace("services:\n", LADDER.lstrip("\n"))
HOOK = "https://hooks.example.com/T0/secret"


def outside(world: World, by: str) -> Received:
    """The oldest unread message that went to nobody in particular."""
    found = next(m for m in world.airwaves.unread if m.user_id is None and m.kind == by)
    world.airwaves.unread.remove(found)
    return found


async def test_experts_a_vendor_and_a_webhook_are_called_by_one_step_and_a_group_by_the_next(world: World) -> None:
    await world.configure(WIDE, {"HOOK": HOOK})
    await world.declare("Ledger is down", severity="SEV-2", services=("ledger",))
    assert "expert for ledger" in world.phone("bob").receives("page").view.why_you
    mail = outside(world, "email")
    assert mail.delivery.address == "help@db.example.com"
    assert Line("Contract", "C-1234") in mail.view.lines
    assert mail.delivery.ack_url is None
    hook = outside(world, "webhook")
    assert (hook.delivery.address, hook.delivery.ack_url) == (HOOK, None)
    await world.says("vendor:db-support is paged, step 1 of 2: vendor db-support is asked for help, contract C-1234.")
    assert "secret" not in " ".join(entry.sentence for entry in await world.timeline())
    await world.passes(minutes=5)
    world.phone("carol").receives("page")
    world.phone("dave").receives("page", by="email")
    await world.acknowledge("bob")
    world.phone("carol").receives("acknowledged")
    world.phone("dave").receives("acknowledged")


async def test_a_vendor_whose_mail_is_refused_counts_as_not_reached(world: World) -> None:
    only_vendor = WIDE.replace('"expert:ledger", "vendor:db-support", "webhook:env:HOOK"', '"vendor:db-support"')
    await world.configure(only_vendor.replace("experts: [bob]", ""))
    world.airwaves.break_down("email")
    await world.declare("Ledger is down", severity="SEV-2", services=("ledger",))
    await world.says("Escalation goes on with step 2 of 2: no way to reach vendor:db-support worked.")
    world.phone("dave").receives("page", by="webhook")


async def test_a_webhook_that_changes_below_its_host_is_a_change(world: World) -> None:
    await world.configure(WIDE, {"HOOK": HOOK})
    await world.configure(WIDE, {"HOOK": "https://hooks.example.com/T0/other"})
    await world.declare("Ledger is down", severity="SEV-2", services=("ledger",))
    world.phone("bob").receives("page")
    outside(world, "email")
    assert outside(world, "webhook").delivery.address.endswith("/other")


CHATS = """chats:
  - {name: ops, slack: env:OPS}
  - {name: bridge, slack: env:BRIDGE}
"""
ROOMS = WIDE.replace('"webhook:env:HOOK"', '"chat:ops", "chat:bridge"').replace("vendors:\n", f"{CHATS}vendors:\n")
SLACK = "https://hooks.slack.com/services/T0/B0"
OPS = {"OPS": f"{SLACK}/ops", "BRIDGE": f"{SLACK}/bridge"}


async def test_chats_are_paged_and_hear_what_became_of_it(world: World) -> None:
    await world.configure(ROOMS, OPS)
    await world.declare("Ledger is down", severity="SEV-2", services=("ledger",))
    world.phone("bob").receives("page")
    outside(world, "email")
    pages = [outside(world, "slack"), outside(world, "slack")]
    assert {page.delivery.address for page in pages} == set(OPS.values())
    assert {page.delivery.ack_url for page in pages} == {None}
    await world.says("chat:ops is paged, step 1 of 2: the chat ops is told.")
    assert "/T0/" not in " ".join(entry.sentence for entry in await world.timeline())
    await world.acknowledge("bob")
    taken = [outside(world, "slack"), outside(world, "slack")]
    assert {message.purpose for message in taken} == {Purpose.ACKNOWLEDGED}
    assert {message.delivery.address for message in taken} == set(OPS.values())
    await world.resolve("bob")
    world.phone("bob").receives("resolved")
    over = [outside(world, "slack"), outside(world, "slack")]
    assert {message.purpose for message in over} == {Purpose.RESOLVED}


async def test_a_chat_that_can_edit_is_told_which_message_the_page_was(world: World) -> None:
    announced = ROOMS.replace("organisation: {", "organisation: {announce: [{discord: env:ALL}], ")
    await world.configure(announced.replace("slack: env:OPS", "discord: env:OPS"), {**OPS, "ALL": f"{SLACK}/all"})
    world.airwaves.receipts["discord"] = Receipt(answer="HTTP 200", ref="1442")
    await world.declare("Ledger is down", severity="SEV-2", services=("ledger",))
    world.phone("bob").receives("page")
    outside(world, "email")
    said = {message.purpose: message.delivery.earlier_ref for message in both(world)}
    assert said == {Purpose.PAGE: "", Purpose.NOTICE: ""}
    outside(world, "slack")
    await world.acknowledge("bob")
    outside(world, "slack")
    taken = outside(world, "discord")
    assert (taken.purpose, taken.delivery.earlier_ref) == (Purpose.ACKNOWLEDGED, "1442")


def both(world: World) -> list[Received]:
    return [outside(world, "discord"), outside(world, "discord")]


IN_TURN = ORGANISATION.replace('["schedule:primary"]', '[{round_robin: ["user:alice", "user:bob", "user:carol"]}]')


async def called_first(world: World, title: str) -> str:
    await world.passes(seconds=10)
    await world.declare(title, severity="SEV-2", services=("checkout",))
    (message,) = world.airwaves.unread
    world.airwaves.unread.clear()
    return world.name_of(message.user_id)


async def test_a_round_robin_goes_on_where_the_last_incident_left_it(world: World) -> None:
    await world.configure(IN_TURN)
    assert [await called_first(world, f"Number {n}") for n in range(4)] == ["alice", "bob", "carol", "alice"]
    await world.says("alice is paged, step 1 of 2: next in turn of alice, bob, carol.")
    assert "the one on call in secondary" in (await world.explain()).next


async def test_the_turns_outlive_a_change_of_the_set(world: World) -> None:
    await world.configure(IN_TURN)
    assert await called_first(world, "One") == "alice"
    await world.configure(IN_TURN.replace('"user:bob", "user:carol"', '"user:carol", "user:dave"'))
    assert [await called_first(world, f"Number {n}") for n in range(3)] == ["carol", "dave", "alice"]


async def test_whoever_has_no_turn_now_is_the_next_when_they_are_back(world: World) -> None:
    await world.configure(IN_TURN)
    await world.disable("alice")
    assert await called_first(world, "One") == "bob"
    await world.says("alice is not paged: alice is disabled.")
    await world.configure(IN_TURN.replace("alice@example.com}", "alice@example.com, display_name: Alice}"))
    assert await called_first(world, "Two") == "alice"
