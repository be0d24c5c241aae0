"""A policy in sentences, as a person would say it: "After 5 minutes without an answer, page carol." Pure."""

from collections.abc import Sequence

from tocsin.catalog.severity import Escalation, Profile
from tocsin.incidents.sentences import joined
from tocsin.kernel.localtime import WEEKDAYS, Hours
from tocsin.paging.escalation import in_words
from tocsin.paging.model import During, Policy, Variant, parse_target
from tocsin.paging.sentences import target_words, targets_words

_DURING = {
    During.BUSINESS_HOURS: "In business hours",
    During.OUTSIDE_BUSINESS_HOURS: "Outside business hours",
    During.NIGHTS: "At night",
    During.WEEKENDS: "On weekends",
}


def step_sentence(policy: Policy, index: int) -> str:
    """What the step at `index` does, and how long after the one before it."""
    whom = targets_words(policy.steps[index].notify)
    if index == 0:
        return f"At once, page {whom}."
    return f"After {in_words(policy.steps[index - 1].wait)} without an answer, page {whom}."


def last_sentences(policy: Policy) -> list[str]:
    """What follows the last step: the repeats, the last resort, the end."""
    wait = in_words(policy.steps[-1].wait)
    said: list[str] = []
    if policy.repeat:
        times = "once more" if policy.repeat == 1 else f"{policy.repeat} more times"
        said.append(f"After {wait} without an answer, the whole ladder begins again, {times}.")
    if policy.last_resort:
        said.append(f"After the last {wait}, as the last resort, page {targets_words(policy.last_resort)}.")
    else:
        said.append(f"After the last {wait}, nobody is left: the administrators are told.")
    return said


def variant_sentence(variant: Variant) -> str:
    """ "Outside business hours, for a SEV-3 or SEV-4: nobody is called before business hours begin." """
    whom = f"for a {' or '.join(variant.severity)}" if variant.severity else ""
    when = ", ".join(filter(None, (_during_words(variant.during), whom)))
    return f"{when[:1].upper()}{when[1:]}: {', and '.join(_changes(variant))}."


def _during_words(during: During | Hours | None) -> str:
    match during:
        case None:
            return ""
        case Hours():
            days = joined([WEEKDAYS[day] for day in during.days])
            return f"On {days} from {during.begin:%H:%M} to {during.to:%H:%M}"
        case _:
            return _DURING[during]


def _changes(variant: Variant) -> list[str]:
    said: list[str] = []
    if variant.hold:
        said.append("nobody is called before business hours begin")
    if variant.policy:
        said.append(f"the policy {variant.policy} is climbed instead")
    if variant.steps:
        said.append("another ladder is climbed")
    elif variant.repeat is not None or variant.last_resort:
        said.append("the ladder ends differently")
    return said


def beside_sentences(profile: Profile) -> list[str]:
    """Who is told beside every policy, because the severity profile says so (PAG-2), the soonest first."""
    levels: dict[Escalation, list[str]] = {}
    for level in profile.levels:
        for rule in level.escalations:
            levels.setdefault(rule, []).append(level.name)
    return [_beside(rule, levels[rule]) for rule in sorted(levels, key=lambda rule: rule.after)]


def _beside(rule: Escalation, levels: Sequence[str]) -> str:
    """A target without a name means the leads of the team that owns the service."""
    is_owner = rule.target == "lead:"
    whom = "the leads of the team that owns the service" if is_owner else target_words(parse_target(rule.target))
    since = "its impact began" if rule.since == "impact" else "it was declared"
    return f"For a {' or '.join(levels)}, {in_words(rule.after)} after {since}: tell {whom}."
