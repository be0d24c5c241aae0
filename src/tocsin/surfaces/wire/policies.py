"""Escalation policies on the wire: the ladder as it is written and as sentences, and whom it would call now (PAG-1)."""

from collections.abc import Mapping, Sequence

import msgspec

from tocsin.catalog.model import Service
from tocsin.kernel.durations import format_duration
from tocsin.paging import model
from tocsin.paging.policy_sentences import last_sentences, step_sentence, variant_sentence
from tocsin.paging.sentences import target_words
from tocsin.paging.uses import services_of
from tocsin.paging.variants import ladder, named_by
from tocsin.surfaces.wire.body import Body


class PolicyStep(msgspec.Struct, kw_only=True):
    """One rung: `notify` is called, then `wait` passes without an answer. `sentence` says when it calls whom."""

    notify: list[str]
    wait: str
    sentence: str


class PolicyVariant(msgspec.Struct, kw_only=True):
    """What is different at some times or for some levels; `steps` and `ends` are empty where its ladder is not."""

    sentence: str
    steps: list[PolicyStep]
    ends: list[str]


class Policy(msgspec.Struct, kw_only=True):
    """`repeat` is how often the whole ladder begins again, `ends` says what follows its last step, `services` climb it
    by name, `managed_by` is the file that alone may change it."""

    name: str
    steps: list[PolicyStep]
    repeat: int
    last_resort: list[str]
    ends: list[str]
    variants: list[PolicyVariant]
    services: list[str]
    managed_by: str | None


class PolicyTarget(msgspec.Struct, kw_only=True):
    """What one target means at this moment: `people` would be called, because of `why`; those of `left_out` would not,
    each with the reason. Of a webhook's address only the host is told."""

    target: str
    words: str
    people: list[str]
    why: str
    left_out: list[str]


class PolicyDetail(Policy, kw_only=True):
    """`targets` are all that its ladders name. `beside` says who is told by the severity profile whatever the policy,
    `uses` who would miss it; the latter is told to whoever may change policies."""

    targets: list[PolicyTarget]
    beside: list[str]
    uses: list[str]


class PolicyList(msgspec.Struct, kw_only=True):
    """By name."""

    policies: list[Policy]


class PolicyName(Body, kw_only=True, forbid_unknown_fields=True):
    """The name that it, or its copy, is to have."""

    name: str


def policy(stored: model.StoredPolicy, services: Sequence[Service]) -> Policy:
    written = stored.policy
    return Policy(
        name=written.name,
        steps=_steps(written),
        repeat=written.repeat,
        last_resort=[target.in_words for target in written.last_resort],
        ends=last_sentences(written),
        variants=[_variant(written, index) for index in range(len(written.when))],
        services=list(services_of(written.name, services)),
        managed_by=stored.managed_by,
    )


def policy_detail(
    stored: model.StoredPolicy,
    services: Sequence[Service],
    *,
    answers: Mapping[model.Target, model.Answer],
    beside: Sequence[str],
    uses: Sequence[str],
) -> PolicyDetail:
    return PolicyDetail(
        **msgspec.structs.asdict(policy(stored, services)),
        targets=[_target(answers[target]) for target in named_by(stored.policy)],
        beside=list(beside),
        uses=list(uses),
    )


def _steps(climbed: model.Policy) -> list[PolicyStep]:
    return [
        PolicyStep(
            notify=[target.in_words for target in step.notify],
            wait=format_duration(step.wait),
            sentence=step_sentence(climbed, index),
        )
        for index, step in enumerate(climbed.steps)
    ]


def _variant(written: model.Policy, index: int) -> PolicyVariant:
    variant, climbed = written.when[index], ladder(written, index)
    return PolicyVariant(
        sentence=variant_sentence(variant),
        steps=_steps(climbed) if variant.steps else [],
        ends=[] if climbed == ladder(written, None) else last_sentences(climbed),
    )


def _target(answer: model.Answer) -> PolicyTarget:
    return PolicyTarget(
        target=answer.target.in_words,
        words=target_words(answer.target).removesuffix(","),
        people=[person.name for person in answer.people],
        why=answer.why,
        left_out=[f"{each.name} {each.why}" for each in answer.left_out],
    )
