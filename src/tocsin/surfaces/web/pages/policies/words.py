"""A policy in sentences, as a person would say it: "After 5 minutes without an answer, page carol." Pure."""

from collections.abc import Sequence

from tocsin.incidents.sentences import joined
from tocsin.paging.escalation import in_words
from tocsin.paging.model import Policy, Target, TargetKind

_SAID = {
    TargetKind.USER: "{}",
    TargetKind.SCHEDULE: "the one on call in {}",
    TargetKind.TEAM: "everybody in the team {}",
    TargetKind.LEAD: "the leads of {}",
    TargetKind.EXPERT: "the experts for {}",
    TargetKind.GROUP: "the group {}",
    TargetKind.VENDOR: "the vendor {}, by mail,",
}


def target_words(target: Target) -> str:
    """ "the one on call in payments-primary"; of a webhook the host only, for the rest may be a secret."""
    if target.kind is TargetKind.ROUND_ROBIN:
        return f"one in turn of {joined([target_words(each) for each in target.among])}"
    if target.kind is TargetKind.WEBHOOK:
        return f"the webhook at {str(target).partition(':')[2]}"
    return _SAID[target.kind].format(target.name)


def targets_words(targets: Sequence[Target]) -> str:
    return joined([target_words(target) for target in targets]).removesuffix(",")


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
