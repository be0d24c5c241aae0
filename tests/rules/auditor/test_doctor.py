"""What the doctor says of each fact, and how bad it is. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tocsin.auditor.doctor.facts import host_of, ladders_of
from tocsin.auditor.doctor.model import Complaint, Engine, Fault, Ladder, Machine, Patient, Probe, Severity
from tocsin.auditor.doctor.rules import diagnose, exit_status
from tocsin.auditor.model import Finding, Overdue
from tocsin.paging.model import During, Policy, Step, Target, TargetKind, Variant

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = Complaint(
    people=(
        Patient(
            name="alice",
            ways=("email", "webhook"),
        ),
    ),
    ladders=(Ladder(name="payments", steps=2),),
    probes=(Probe(where="x", kind="email"),),
    administrators=("root",),
    machine=Machine(free_share=0.5, key_mode=0o600, public_url="https://tocsin.example.com"),
)


def test_who_is_well_hears_nothing() -> None:
    assert diagnose(WELL) == []
    assert exit_status([]) == 0


def engine(**facts: Any) -> dict[str, Any]:
    return {"engine": Engine(**facts)}


def machine(**facts: Any) -> dict[str, Any]:
    return {"machine": replace(WELL.machine, **facts)}


ERROR, WARNING = Severity.ERROR, Severity.WARNING
CASES: list[tuple[dict[str, Any], Severity, str]] = [
    (engine(workers=0), ERROR, "No worker runs."),
    (engine(overdue=(Overdue(kind="a", count=2, since=NOW),)), ERROR, "2 jobs of kind a should have begun since"),
    (engine(findings=(Finding(key="k", sentence="INC-1 is alone", remedy="Go."),)), ERROR, "INC-1 is alone."),
    (engine(parked={"a": 1}), WARNING, "1 job of kind a was given up."),
    ({"ladders": (Ladder(name="p", steps=2, empty_steps=(2,)),)}, WARNING, "reaches nobody by step 2 of 2"),
    (
        {"ladders": (Ladder(name="p", steps=1, empty_steps=(1,), reaches_last_resort=False),)},
        ERROR,
        "The policy p reaches nobody at this moment.",
    ),
    ({"ladders": (Ladder(name="p", steps=1, has_last_resort=False),)}, WARNING, "has no last resort"),
    ({"ladders": (Ladder(name="p", steps=1, reaches_last_resort=False),)}, WARNING, "last resort of the policy p"),
    ({"homeless": tuple("abcdefg")}, WARNING, "No escalation policy: a, b, c, d, e and 2 more."),
    ({"faults": (Fault(sentence="nobody", remedy="Go.", is_now=True),)}, ERROR, "Nobody."),
    (
        {"faults": (Fault(sentence="nobody tonight", remedy="Go.", more=4),)},
        WARNING,
        "Nobody tonight. And 4 more times.",
    ),
    ({"faults": (Fault(sentence="al twice", remedy="Go.", is_now=True, is_silent=False),)}, WARNING, "Al twice."),
    ({"administrators": ()}, ERROR, "No administrator can be reached."),
    ({"people": (Patient(name="bob", is_there=False),)}, ERROR, "bob is named by a schedule or a policy and is"),
    ({"people": (Patient(name="bob"),)}, ERROR, "bob has no way to be reached."),
    (
        {"people": (Patient(name="bob", ways=("email",), unsendable=("email",)),)},
        ERROR,
        "Nothing can be sent by any way of bob.",
    ),
    (
        {"people": (Patient(name="bob", ways=("email", "webhook"), unreadable=("webhook",)),)},
        ERROR,
        "The webhook of bob is sealed with a key that this installation has not.",
    ),
    (
        {"people": (Patient(name="bob", ways=("email",), waiting=("sms", "ntfy")),)},
        WARNING,
        "Have added a contact and not entered its code: bob (sms, ntfy).",
    ),
    (
        {"people": (Patient(name="bob", ways=("ntfy",), broken=("email (550 5.1.1 no such user)",)),)},
        WARNING,
        "Nothing is sent to bob by email (550 5.1.1 no such user).",
    ),
    (
        {"people": (Patient(name="bob", broken=("email (550 5.1.1 no such user)", "ntfy (410)")),)},
        ERROR,
        "Nothing arrives by any way of bob: email (550 5.1.1 no such user), ntfy (410).",
    ),
    (
        {"people": (Patient(name="bob", ways=("ntfy",), doubt="bob has never answered a message by ntfy"),)},
        WARNING,
        "Unproven: bob has never answered a message by ntfy.",
    ),
    ({"unconfigured": {"email": "no mail server is set"}}, ERROR, "Nothing can be sent by email."),
    (
        {"probes": (Probe(where="x", kind="ntfy", used_by=("al",), failure="ntfy.example.com:443 does not answer"),)},
        ERROR,
        "ntfy.example.com:443 does not answer.",
    ),
    ({"probes": (Probe(where="x", kind="email", failure="no password"),)}, ERROR, "No password."),
    (
        {"probes": (Probe(where="x", kind="ntfy", used_by=("al",), failure="x cannot be reached"),)},
        ERROR,
        "X cannot be reached.",
    ),
    ({"probes": (Probe(where="x", kind="public_url", failure="no"),)}, WARNING, "The public address does not answer"),
    (machine(clock_ahead=timedelta(seconds=9)), WARNING, "9 seconds ahead of that of this machine"),
    (machine(clock_ahead=timedelta(seconds=-90)), ERROR, "90 seconds behind that of this machine"),
    (machine(free_share=0.08), WARNING, "8% left"),
    (machine(free_share=0.01), ERROR, "1% left"),
    (machine(key_mode=0o644), WARNING, "can read the secret key (0644)"),
    (machine(public_url="http://127.0.0.1:8377"), WARNING, "Links in messages begin with http://127.0.0.1:8377."),
    (
        {"too_dear": "the cost cap is reached: 5.20 EUR today, of 5.00 EUR"},
        WARNING,
        "The cost cap is reached: 5.20 EUR",
    ),
    (machine(bounces_are_lost=True), WARNING, "TOCSIN_MAIL_BOUNCE_ADDRESS is set, and TOCSIN_SMTP_LISTEN is not."),
    (machine(mails_in_clear=True), WARNING, "Mails come in clear: TOCSIN_SMTP_LISTEN is open to other machines"),
    (machine(misspelt=(("TOCSIN_SMPT_URL", "TOCSIN_SMTP_URL"),)), WARNING, "TOCSIN_SMPT_URL is no setting."),
    (machine(has_heartbeat=False), WARNING, "TOCSIN_HEARTBEAT_URL is not set."),
]


@pytest.mark.parametrize(("facts", "severity", "words"), CASES, ids=[words[:30] for _, _, words in CASES])
def test_what_is_wrong_is_said_once_with_what_it_means_and_what_to_do(
    facts: dict[str, Any], severity: Severity, words: str
) -> None:
    found = [each for each in diagnose(replace(WELL, **facts)) if words in each.what]
    assert [each.severity for each in found] == [severity]
    assert found[0].means.endswith(".")
    assert found[0].remedy
    assert exit_status(diagnose(replace(WELL, **facts))) == (2 if severity is ERROR else 1)


def test_errors_come_first() -> None:
    ill = replace(WELL, administrators=(), homeless=("a",), machine=replace(WELL.machine, free_share=0.01))
    assert [each.severity for each in diagnose(ill)] == [ERROR, ERROR, WARNING]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://user:secret@hooks.example.com/secret?token=1", "https://hooks.example.com"),
        ("http://10.0.0.1:8080/x", "http://10.0.0.1:8080"),
        ("alice@example.com", None),
        ("https://[", None),
    ],
)
def test_of_an_address_only_the_host_is_kept(address: str, host: str | None) -> None:
    assert host_of(address) == host


def test_a_variant_with_steps_of_its_own_is_a_ladder_too() -> None:
    night = Variant(during=During.NIGHTS, steps=(Step((Target(TargetKind.USER, "bob"),), HOUR),))
    held = Variant(severity=("SEV-4",), hold=True)
    day = (Step((Target(TargetKind.USER, "alice"),), HOUR),)
    policy = Policy("payments", day, last_resort=(Target(TargetKind.TEAM, "payments"),), when=(held, night))
    assert [(each.name, each.steps, each.last_resort) for each in ladders_of(policy)] == [
        ("payments", day, policy.last_resort),
        ("payments (variant 2)", night.steps, policy.last_resort),
    ]
