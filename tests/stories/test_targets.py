"""Whom a step can call beside people on call: experts, groups, a vendor by mail, a webhook (PAG-1)."""

from tests.stories.conftest import ORGANISATION
from tests.support.channels import Received
from tests.support.world import World
from tocsin.delivery.model import Line

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
