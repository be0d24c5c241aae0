"""A policy as sentences, and as the text of a form that is read back."""

from dataclasses import dataclass
from datetime import time, timedelta

import pytest

from tocsin.catalog.profiles import PRESETS
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import Hours
from tocsin.paging.model import During, Policy, Step, Target, TargetKind, Variant, parse_target
from tocsin.paging.policy_sentences import beside_sentences, last_sentences, step_sentence, variant_sentence
from tocsin.surfaces.web.pages.policies.form import (
    PolicyForm,
    StepForm,
    field_of,
    form_of,
    read_policy,
    sent_form,
)

ALICE, BOB = parse_target("user:alice"), parse_target("user:bob")
LADDER = Policy(
    "payments",
    (
        Step((parse_target("schedule:primary"),), timedelta(minutes=5)),
        Step((parse_target("lead:payments"), parse_target("vendor:db-support")), timedelta(minutes=10)),
        Step((Target(TargetKind.ROUND_ROBIN, "payments/step-3", (ALICE, BOB)),), timedelta(hours=1)),
    ),
    repeat=2,
    last_resort=(parse_target("webhook:https://hooks.example.com/s3cret"),),
)


@dataclass(frozen=True)
class Wrong:
    form: PolicyForm
    field: str


def test_each_step_is_a_sentence() -> None:
    assert [step_sentence(LADDER, index) for index in range(3)] == [
        "At once, page the one on call in primary.",
        "After 5 minutes without an answer, page the leads of payments and the vendor db-support, by mail.",
        "After 10 minutes without an answer, page one in turn of alice and bob.",
    ]
    assert last_sentences(LADDER) == [
        "After 1 hour without an answer, the whole ladder begins again, 2 more times.",
        "After the last 1 hour, as the last resort, page the webhook at hooks.example.com.",
    ]


def test_without_a_last_resort_the_administrators_are_told() -> None:
    ladder = Policy("p", (Step((ALICE,), timedelta(minutes=5)),), repeat=1)
    assert last_sentences(ladder) == [
        "After 5 minutes without an answer, the whole ladder begins again, once more.",
        "After the last 5 minutes, nobody is left: the administrators are told.",
    ]


@pytest.mark.parametrize(
    ("variant", "sentence"),
    [
        (
            Variant(during=During.OUTSIDE_BUSINESS_HOURS, severity=("SEV-3", "SEV-4"), hold=True),
            "Outside business hours, for a SEV-3 or SEV-4: nobody is called before business hours begin.",
        ),
        (Variant(severity=("SEV-1",), policy="all-hands"), "For a SEV-1: the policy all-hands is climbed instead."),
        (Variant(during=During.NIGHTS, steps=LADDER.steps[:1]), "At night: another ladder is climbed."),
        (
            Variant(during=Hours(days=(4, 5), begin=time(20), to=time(8)), repeat=0),
            "On Friday and Saturday from 20:00 to 08:00: the ladder ends differently.",
        ),
    ],
)
def test_a_variant_says_when_it_applies_and_what_is_different(variant: Variant, sentence: str) -> None:
    assert variant_sentence(variant) == sentence


def test_who_is_told_beside_a_policy_is_said_once_for_all_levels() -> None:
    assert beside_sentences(PRESETS["p-levels"]) == [
        "For a P0, 15 minutes after it was declared: tell the group leadership.",
        "For a P0, 1 hour after its impact began: tell the group executives.",
        "For a P1, 1 hour after it was declared: tell the leads of the team that owns the service.",
    ]
    assert beside_sentences(PRESETS["sre"]) == []


def test_variants_are_kept_by_the_form() -> None:
    held = (Variant(during=During.NIGHTS, hold=True),)
    assert read_policy(form_of(LADDER), held).when == held


def test_what_is_shown_is_read_back_as_the_same_policy() -> None:
    shown = form_of(LADDER)
    sent = {"name": shown.name, "repeat": shown.repeat, "last_resort": shown.last_resort}
    for row, step in enumerate(shown.steps):
        sent |= {f"notify-{row}": step.notify, f"wait-{row}": step.wait}
    assert read_policy(sent_form(sent)) == LADDER


def test_an_empty_step_is_left_out_and_the_fields_keep_their_places() -> None:
    form = PolicyForm(name="p", steps=(StepForm("", "5m"), StepForm("user:alice, user:bob", "5m")), last_resort="")
    policy = read_policy(form)
    assert policy.steps == (Step((ALICE, BOB), timedelta(minutes=5)),)
    assert field_of(policy, form, BOB) == "notify-1"


def with_step(notify: str, wait: str = "5m", **given: str) -> PolicyForm:
    return PolicyForm(steps=(StepForm(notify, wait),), **({"name": "p"} | given))


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong(with_step("user:alice", name="No Name"), "name"),
        Wrong(with_step(""), "notify-0"),
        Wrong(with_step("alice"), "notify-0"),
        Wrong(with_step("channel:ops"), "notify-0"),
        Wrong(with_step("user:Alice B"), "notify-0"),
        Wrong(with_step("webhook:ftp://example.com"), "notify-0"),
        Wrong(with_step("in turn:"), "notify-0"),
        Wrong(with_step("in turn: vendor:db-support"), "notify-0"),
        Wrong(with_step("user:alice", wait="soon"), "wait-0"),
        Wrong(with_step("user:alice", wait="0s"), "wait-0"),
        Wrong(with_step("user:alice", wait="8d"), "wait-0"),
        Wrong(with_step("user:alice", repeat="21"), "repeat"),
        Wrong(with_step("user:alice", repeat="-1"), "repeat"),
        Wrong(with_step("user:alice", last_resort="nobody"), "last_resort"),
        Wrong(PolicyForm(name="p", steps=(StepForm("user:a", "5m"),) * 21), "repeat"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(wrong: Wrong) -> None:
    with pytest.raises(Invalid) as refused:
        read_policy(wrong.form)
    assert refused.value.field == wrong.field
    assert refused.value.remedy
