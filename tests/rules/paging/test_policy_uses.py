"""Who would miss a policy that is gone, and what another name changes in it."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tocsin.catalog.model import Service
from tocsin.kernel.errors import Refused
from tocsin.paging.model import During, Policy, Step, StoredPolicy, Target, TargetKind, Variant, parse_target
from tocsin.paging.renaming import with_name
from tocsin.paging.uses import NAMED_AT_MOST, Naming, Use, refuse_in_use, uses_of

BOB, CAROL = parse_target("user:bob"), parse_target("user:carol")
TURN = Target(TargetKind.ROUND_ROBIN, "payments/step-1", (BOB, CAROL))
PAYMENTS = Policy("payments", (Step((TURN,), timedelta(minutes=5)),), 1, (CAROL,))
NIGHTS = Policy(
    "nights", (Step((BOB,), timedelta(minutes=5)),), when=(Variant(during=During.NIGHTS, policy="payments"),)
)


def stored(policy: Policy, file: str | None = None) -> StoredPolicy:
    return StoredPolicy(id=1, policy=policy, managed_by=file, created_at=datetime(2026, 11, 2, tzinfo=UTC))


EVERYTHING = Naming(
    services=(
        Service(name="checkout", team="payments", escalation_policy="payments", managed_by="services.yaml"),
        Service(name="search", team="payments", escalation_policy="nights"),
        Service(name="mail", team="payments"),
    ),
    policies=(stored(NIGHTS, "nights.yaml"), stored(PAYMENTS)),
    routes=({"match": ["a=b"]}, {"escalation_policy": "payments"}),
    default={"escalation_policy": "payments"},
    incidents=(7,),
    unseen=2,
)


def words(naming: Naming, policy: str = "payments") -> list[str]:
    return [use.words for use in uses_of(policy, naming)]


def test_everything_that_names_it_is_said_with_its_file() -> None:
    assert words(EVERYTHING) == [
        "the service checkout (services.yaml)",
        "route 2",
        "the default route",
        "a variant of the policy nights (nights.yaml)",
        "INC-7, which is open",
        "2 open incidents that you may not see",
    ]
    assert words(EVERYTHING, "mornings") == ["INC-7, which is open", "2 open incidents that you may not see"]
    assert words(Naming(services=EVERYTHING.services, policies=EVERYTHING.policies), "nights") == ["the service search"]


def test_the_only_one_serves_whoever_names_none() -> None:
    only = Naming(services=EVERYTHING.services[2:], policies=(stored(PAYMENTS),))
    (use,) = uses_of("payments", only)
    assert use == Use("the service mail, which names none and climbs the only one there is", is_unnamed=True)
    assert uses_of("payments", replace(only, policies=EVERYTHING.policies[1:])) == (use,)
    beside_another = replace(only, policies=(stored(PAYMENTS), stored(with_name(PAYMENTS, "other"))))
    assert uses_of("payments", beside_another) == ()


def test_a_refusal_names_the_first_of_many_and_counts_the_rest() -> None:
    refuse_in_use("payments", (), "Wait.")
    many = [Use(f"route {n}") for n in range(1, NAMED_AT_MOST + 3)]
    with pytest.raises(Refused, match=r"still used by route 1, .* route 8 and 2 more") as refused:
        refuse_in_use("payments", many, "Wait.")
    assert refused.value.remedy == "Wait."


def test_another_name_moves_the_places_of_turns_and_nothing_else() -> None:
    variant = Variant(
        during=During.NIGHTS, steps=(Step((replace(TURN, name="payments/when-1/step-1"), BOB), timedelta(1)),)
    )
    before = replace(PAYMENTS, when=(variant,))
    after = with_name(before, "pay")
    assert (after.name, after.repeat, after.last_resort) == ("pay", 1, (CAROL,))
    assert after.steps[0].notify == (replace(TURN, name="pay/step-1"),)
    assert [target.name for target in after.when[0].steps[0].notify] == ["pay/when-1/step-1", "bob"]
    assert with_name(after, "payments") == before
