"""What each kind of target means: whom it names, by which reason, and why it is nobody."""

from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.model import Chat, Vendor
from tocsin.delivery.model import Line, Outsider
from tocsin.paging.model import Answer, Outside, Person, Target, TargetKind, parse_target
from tocsin.paging.targets import (
    DISABLED,
    OUTSIDE,
    Crew,
    Listed,
    Registry,
    answers_of,
    next_in_turn,
    without_outsiders,
)

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


def test_a_chat_is_told_by_its_channel_and_its_address_is_shown_nowhere() -> None:
    address = "https://hooks.slack.com/services/T0/B0/s3cret"
    registry = msgspec.structs.replace(REGISTRY, chats={"ops": Chat(name="ops", kind="slack", address=address)})
    target = parse_target("chat:ops")
    answer = answers_of([target], registry, PEOPLE, NOW)[target]
    assert answer.people == (Outside(Outsider("chat:ops", "slack", address)),)
    assert answer.why == "the chat ops is told"
    assert [out.why for out in without_outsiders({target: answer})[target].left_out] == [OUTSIDE]
    gone = answers_of([target], REGISTRY, PEOPLE, NOW)[target]
    assert (gone.people, gone.why) == ((), "chat:ops does not exist any more")


PAIR = Target(TargetKind.ROUND_ROBIN, "payments/step-1", (parse_target("team:payments"), parse_target("user:carol")))


def in_turn(*called: str, people: dict[str, Listed] = PEOPLE) -> Answer:
    registry = msgspec.structs.replace(REGISTRY, turns={PAIR.name: called})
    return answers_of([PAIR], registry, people, NOW)[PAIR]


def test_a_round_robin_calls_the_one_whose_turn_is_longest_ago() -> None:
    assert in_turn().people == (ALICE,)
    assert in_turn("alice").people == (BOB,)
    assert in_turn("alice", "bob").people == (ALICE,)
    assert in_turn("bob", "somebody-else", "alice").people == (BOB,)
    assert in_turn("alice").why == "next in turn of alice, bob"


def test_whoever_cannot_be_called_is_passed_over_and_named() -> None:
    assert [(out.name, out.why) for out in in_turn().left_out] == [("carol", "is disabled")]
    nobody = in_turn(people={})
    assert (nobody.people, nobody.why) == ((), "member of team payments; named by the policy")


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=5, unique=True), st.data())
def test_turns_are_fair_whoever_can_be_called_at_the_moment(members: list[str], data: st.DataObject) -> None:
    """Between two turns of somebody who can always be called, nobody else has two who could always be called."""
    always = data.draw(st.sets(st.sampled_from(members), min_size=1))
    called: list[str] = []
    for _ in range(20):
        present = [name for name in members if name in always or data.draw(st.booleans())]
        latest_last = list(dict.fromkeys(reversed(called)))[::-1]
        called.append(next_in_turn(present, latest_last))
    turns = Counter(name for name in called if name in always)
    assert max(turns.values(), default=0) - min((turns[name] for name in always), default=0) <= 1


def test_of_a_webhook_only_the_host_is_shown() -> None:
    target = Target(TargetKind.WEBHOOK, "https://hooks.example.com/secret")
    (outside,) = means("webhook:https://hooks.example.com/secret").people
    assert str(target) == outside.name == "webhook:hooks.example.com"
    assert isinstance(outside, Outside)
    assert outside.receiver.address == "https://hooks.example.com/secret"
