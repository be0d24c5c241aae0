"""How a run begins: by which variant of its policy, at once or held until business hours, and why. Pure.

Decided once, with what is known at the start: a run that climbs is not disturbed by the hour striking. Times of a week
are the organisation's; a doubtful local time is decided by `kernel.localtime`.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, time

from msgspec import Struct
from msgspec.structs import replace

from tocsin.catalog.business_hours import business_hours_begin, stretch_in
from tocsin.catalog.model import Organisation, Service
from tocsin.catalog.severity import Level, Reach
from tocsin.delivery.model import Urgency
from tocsin.kernel.localtime import WEEKDAYS, Hours, instant_of, zone_of
from tocsin.paging.model import Answer, During, Policy, Target, TargetKind, Variant

NIGHTS = Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(22), to=time(6))
WEEKENDS = Hours(days=(5, 6), begin=time(0), to=time(0))


class Occasion(Struct, frozen=True, kw_only=True):
    """What the choice depends on. `level` None: the severity is not known, which is never taken for harmless."""

    level: Level | None
    organisation: Organisation


class Beginning(Struct, frozen=True, kw_only=True):
    """`variant` None: the policy as it is. `policy`: the ladder of that one is climbed. `hold_until` None: at once.

    `reason` says why in a clause; empty: nothing is out of the ordinary.
    """

    variant: int | None = None
    policy: str | None = None
    hold_until: datetime | None = None
    reason: str = ""


def decide_beginning(policy: Policy, occasion: Occasion, now: datetime) -> Beginning:
    """The first variant that applies decides; without one the level may ask for business hours."""
    for index, variant in enumerate(policy.when):
        why = why_it_applies(variant, occasion, now)
        if why is not None:
            beginning = Beginning(variant=index, policy=variant.policy, reason=f"variant {index + 1} applies: {why}")
            return _held(beginning, why, occasion, now) if variant.hold else beginning
    level = occasion.level
    if level is not None and level.page is Reach.BUSINESS_HOURS:
        return _held(Beginning(), f"a {level.name} calls people in business hours only", occasion, now)
    return Beginning()


def _held(beginning: Beginning, why: str, occasion: Occasion, now: datetime) -> Beginning:
    """A top level is never held, nor what nobody has classified, nor anything in business hours."""
    level = occasion.level
    until = business_hours_begin(occasion.organisation, now)
    if until is None:
        return beginning
    if level is None:
        return replace(beginning, reason=f"not held although {why}: its severity is not known")
    if level.rank == 1:
        return replace(beginning, reason=f"not held although {why}: a {level.name} never is")
    shown = in_local_words(until, occasion.organisation)
    return replace(beginning, hold_until=until, reason=f"held until {shown} because {why}")


def why_it_applies(variant: Variant, occasion: Occasion, now: datetime) -> str | None:
    """ "it is outside business hours and it is a SEV-3"; None: the variant does not apply."""
    reasons: list[str] = []
    if variant.during is not None:
        if not is_during(variant.during, occasion.organisation, now):
            return None
        reasons.append(_when_in_words(variant.during))
    if variant.severity:
        level = occasion.level
        if level is None or not any(level.is_called(name) for name in variant.severity):
            return None
        reasons.append(f"it is a {level.name}")
    return " and ".join(reasons)


def is_during(during: During | Hours, organisation: Organisation, now: datetime) -> bool:
    """Whether an instant lies in it. An organisation that names no business hours is always in them."""
    match during:
        case During.BUSINESS_HOURS:
            return organisation.business_hours is None or is_during(organisation.business_hours, organisation, now)
        case During.OUTSIDE_BUSINESS_HOURS:
            return not is_during(During.BUSINESS_HOURS, organisation, now)
        case During.NIGHTS:
            return stretch_in(NIGHTS, organisation, now).inside
        case During.WEEKENDS:
            return stretch_in(WEEKENDS, organisation, now).inside
        case Hours():
            return stretch_in(during, organisation, now).inside


def ladder(policy: Policy, variant: int | None) -> Policy:
    """The ladder that a run climbs: the policy's own, with what the variant says in its place."""
    if variant is None:
        return replace(policy, when=())
    said = policy.when[variant]
    return replace(
        policy,
        steps=said.steps or policy.steps,
        repeat=policy.repeat if said.repeat is None else said.repeat,
        last_resort=said.last_resort or policy.last_resort,
        when=(),
    )


def ladders(policy: Policy) -> tuple[Policy, ...]:
    """Every ladder that a run of this policy may climb: its own, then each variant's."""
    return (ladder(policy, None), *(ladder(policy, index) for index in range(len(policy.when))))


def named_by(policy: Policy) -> tuple[Target, ...]:
    """Every target of its ladders, once, in the order in which they would be called."""
    found = (
        target
        for climbed in ladders(policy)
        for among in (*(step.notify for step in climbed.steps), climbed.last_resort)
        for target in among
    )
    return tuple(dict.fromkeys(found))


def urgency_of(urgency: Urgency, level: Level | None) -> Urgency:
    """A top level is never told in a low voice, whatever its route says (PAG-3)."""
    return Urgency.HIGH if level is not None and level.rank == 1 else urgency


def ticket_level_of(occasion: Occasion, beginning: Beginning) -> Level | None:
    """The level, when it asks for no more than a ticket and no variant says otherwise."""
    level = occasion.level
    return level if level is not None and level.page is Reach.TICKET and beginning == Beginning() else None


def teams_of(services: Iterable[Service], names: Collection[str]) -> tuple[Target, ...]:
    """The teams that own these services, as targets."""
    teams = [service.team for service in services if service.name in names and service.team]
    return tuple(Target(TargetKind.TEAM, name) for name in dict.fromkeys(teams))


def in_place_of_a_ticket(level: Level, answers: Mapping[Target, Answer]) -> dict[Target, Answer]:
    """The answers with the reason why people are told at all."""
    why = f"{level.name} asks for a ticket, and no tracker is connected"
    return {target: replace(answer, why=f"{answer.why}; {why}") for target, answer in answers.items()}


def next_change(during: During | Hours, organisation: Organisation, now: datetime) -> datetime | None:
    """When an instant is next in it that was not, or the other way round; None: never."""
    match during:
        case During.BUSINESS_HOURS | During.OUTSIDE_BUSINESS_HOURS:
            hours = organisation.business_hours
        case During.NIGHTS:
            hours = NIGHTS
        case During.WEEKENDS:
            hours = WEEKENDS
        case Hours():
            hours = during
    until = stretch_in(hours, organisation, now).until if hours is not None else None
    return None if until is None else instant_of(until, zone_of(organisation.time_zone))


def _when_in_words(during: During | Hours) -> str:
    match during:
        case During.BUSINESS_HOURS:
            return "it is in business hours"
        case During.OUTSIDE_BUSINESS_HOURS:
            return "it is outside business hours"
        case During.NIGHTS:
            return "it is night"
        case During.WEEKENDS:
            return "it is the weekend"
        case Hours():
            return f"it is between {during.begin:%H:%M} and {during.to:%H:%M}"


def in_local_words(at: datetime, organisation: Organisation) -> str:
    """ "Monday 2026-11-09 09:00 CET": an instant as the organisation's clock shows it."""
    local = at.astimezone(zone_of(organisation.time_zone))
    return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M %Z}"
