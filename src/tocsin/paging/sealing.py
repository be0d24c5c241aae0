"""Policies as they are stored, with the addresses of webhooks that steps name sealed, and as they are shown (SEC-3)."""

from typing import Any

import msgspec
from msgspec.structs import replace

from tocsin.delivery.wording import shown_address
from tocsin.kernel.db import as_json
from tocsin.kernel.resealing import Reseal
from tocsin.kernel.secrets import Keyring
from tocsin.paging.model import Policy, PolicyVersion, Step, StoredPolicy, Target, TargetKind


def place(policy: str) -> str:
    return f"escalation_policy.definition/{policy}"


def sealed_policy(policy: Policy, keyring: Keyring) -> Policy:
    return _with_webhooks(policy, lambda address: keyring.seal(address, place(policy.name)))


def opened_policy(policy: Policy, keyring: Keyring) -> Policy:
    """With its webhooks, or UNREADABLE for one: the rest of the ladder is climbed all the same."""
    return _with_webhooks(policy, lambda address: keyring.read(address, place(policy.name)))


def shown_policy(policy: Policy) -> Policy:
    """As others may see it: of a webhook only the host."""
    return _with_webhooks(policy, lambda address: f"https://{shown_address(TargetKind.WEBHOOK, address)}/…")


def resealed_definition(definition: Any, change: Reseal) -> Any:
    """As the column has it."""
    return as_json(_with_webhooks(msgspec.convert(definition, Policy), change))


def opened_version(version: PolicyVersion, keyring: Keyring) -> PolicyVersion:
    return replace(version, policy=opened_policy(version.policy, keyring))


def opened_stored(stored: StoredPolicy, keyring: Keyring) -> StoredPolicy:
    return replace(stored, policy=opened_policy(stored.policy, keyring))


def _with_webhooks(policy: Policy, change: Reseal) -> Policy:
    """The same with every address of a webhook changed, wherever a target may stand."""

    def in_targets(targets: tuple[Target, ...]) -> tuple[Target, ...]:
        return tuple(in_target(each) for each in targets)

    def in_target(target: Target) -> Target:
        if target.among:
            return replace(target, among=in_targets(target.among))
        return replace(target, name=change(target.name)) if target.kind is TargetKind.WEBHOOK else target

    def in_steps(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(replace(step, notify=in_targets(step.notify)) for step in steps)

    return replace(
        policy,
        steps=in_steps(policy.steps),
        last_resort=in_targets(policy.last_resort),
        when=tuple(
            replace(variant, steps=in_steps(variant.steps), last_resort=in_targets(variant.last_resort))
            for variant in policy.when
        ),
    )
