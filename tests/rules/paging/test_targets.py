"""What each kind of target means: whom it names, by which reason, and why it is nobody."""

from datetime import UTC, datetime

import pytest

from tocsin.catalog.model import Vendor
from tocsin.delivery.model import Line, Outsider
from tocsin.paging.model import Answer, Outside, Person, Target, TargetKind, parse_target
from tocsin.paging.targets import DISABLED, Crew, Listed, Registry, answers_of

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
ALICE, BOB, CAROL = Person(1, "alice"), Person(2, "bob"), Person(3, "carol")
PEOPLE = {"alice": Listed(ALICE), "bob": Listed(BOB), "carol": Listed(CAROL, DISABLED)}
REGISTRY = Registry(
    teams={"payments": Crew(("alice", "bob"), ("carol",))},
    experts={"checkout": ("bob",), "search": ()},
    groups={"executives": ("alice", "carol"), "nobody": ()},
    vendors={
        "db-support": Vendor(name="db-support", email="help@db.example.com", contract="C-1234", ticket="https://t"),
        "mute": Vendor(name="mute", phone="+49 30 1"),
    },
)


def means(text: str) -> Answer:
    target = parse_target(text)
    return answers_of([target], REGISTRY, PEOPLE, NOW)[target]


@pytest.mark.parametrize(
    ("text", "people", "why"),
    [
        ("user:alice", (ALICE,), "named by the policy"),
        ("team:payments", (ALICE, BOB), "member of team payments"),
        ("lead:payments", (), "lead of team payments"),
        ("expert:checkout", (BOB,), "expert for checkout"),
        ("expert:search", (), "search names no experts"),
        ("expert:gone", (), "expert:gone does not exist any more"),
        ("group:executives", (ALICE,), "member of the group executives"),
        ("group:nobody", (), "the group nobody has no members"),
        ("group:gone", (), "group:gone does not exist any more"),
        ("vendor:mute", (), "the vendor mute has no e-mail address"),
        ("vendor:gone", (), "vendor:gone does not exist any more"),
    ],
)
def test_whom_a_target_names(text: str, people: tuple[Person, ...], why: str) -> None:
    answer = means(text)
    assert (answer.people, answer.why) == (people, why)


def test_a_member_who_cannot_be_called_is_named() -> None:
    assert [(out.name, out.why) for out in means("group:executives").left_out] == [("carol", "is disabled")]


def test_a_vendor_is_told_by_mail_with_the_contract() -> None:
    answer = means("vendor:db-support")
    lines = (Line("Contract", "C-1234"), Line("Ticket", "https://t"))
    assert answer.people == (Outside(Outsider("vendor:db-support", "email", "help@db.example.com"), lines),)
    assert answer.why == "vendor db-support is asked for help, contract C-1234"


def test_of_a_webhook_only_the_host_is_shown() -> None:
    target = Target(TargetKind.WEBHOOK, "https://hooks.example.com/secret")
    (outside,) = means("webhook:https://hooks.example.com/secret").people
    assert str(target) == outside.name == "webhook:hooks.example.com"
    assert isinstance(outside, Outside)
    assert outside.receiver.address == "https://hooks.example.com/secret"
