"""`tocsin policy`: who may not, then what is read, renamed, copied and removed."""

from datetime import timedelta

import pytest

from tests.surfaces.cli.terminal import Terminal
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.db.database import Database
from tocsin.paging.model import During, Policy, Step, Variant, parse_target
from tocsin.paging.policies import put_policy


@pytest.fixture(autouse=True)
async def ladder(db: Database, cli: Terminal) -> None:
    policy = Policy(
        "payments",
        steps=(
            Step((parse_target("team:payments"),), timedelta(minutes=5)),
            Step((parse_target("team:nobody-there"),), timedelta(minutes=10)),
        ),
        last_resort=(parse_target("user:carol"),),
        when=(Variant(during=During.NIGHTS, steps=(Step((parse_target("user:bob"),), timedelta(minutes=15)),)),),
    )
    async with db.transaction() as tx:
        await catalog.put_service(tx, Service(name="checkout", team="payments", escalation_policy="payments"))
        await put_policy(tx, policy, "tocsin.yaml")


async def test_who_may_not(cli: Terminal) -> None:
    for words in (("rename", "payments", "x"), ("copy", "payments", "x"), ("remove", "payments")):
        assert "may not write escalation policies" in (await cli("policy", *words, status=1)).err


async def test_the_list_says_how_each_begins_and_who_uses_it(cli: Terminal) -> None:
    listed = (await cli("policy", "list", who="vera")).out
    assert "payments  in tocsin.yaml\n" in listed
    assert "At once, page everybody in the team payments. 2 steps." in listed
    assert "Used by checkout." in listed
    assert (await cli("policy", "list", "--json")).json()["policies"][0]["name"] == "payments"


async def test_one_is_shown_with_whom_each_step_means_now(cli: Terminal) -> None:
    shown = (await cli("policy", "show", "payments", who="vera")).out
    at_once, _, rest = shown.partition("After 5 minutes without an answer")
    assert "At once, page everybody in the team payments." in at_once
    assert "alice" in at_once
    assert "It reaches nobody, so the next step would come at once." in rest
    assert "as the last resort, page carol." in rest
    assert "carol: " in rest
    assert "At night: another ladder is climbed.\n  At once, page bob.\n    bob: " in rest
    assert shown.endswith("Used by checkout.\n")
    assert "the service checkout" in (await cli("policy", "show", "payments", who="root")).out


async def test_a_copy_another_name_the_end(cli: Terminal) -> None:
    copied = (await cli("policy", "copy", "payments", "search", who="root")).out
    assert copied == "search begins as payments is; no service climbs it yet.\n"
    assert (await cli("policy", "rename", "search", "third", who="root")).out == "search is third from now on.\n"
    assert "No service names it." in (await cli("policy", "show", "third", who="root")).out
    assert (await cli("policy", "remove", "third", who="root")).out == "Removed: third.\n"


async def test_what_is_in_the_way_is_named(cli: Terminal) -> None:
    assert "managed by tocsin.yaml" in (await cli("policy", "remove", "payments", who="root", status=1)).err
    assert "tocsin policy list" in (await cli("policy", "show", "nothing", status=1)).err
    assert "NEW-NAME" in (await cli("policy", "rename", "payments", who="root", status=2)).err
