"""One policy: its steps as sentences, and by name whom each of them would call at this moment."""

from collections.abc import Mapping, Sequence

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from tocsin.accounts.model import Permission
from tocsin.catalog import service as catalog
from tocsin.kernel.db import Conn
from tocsin.paging import by_hand, policies
from tocsin.paging.answers import load_answers
from tocsin.paging.model import Answer, Policy, StoredPolicy, Target
from tocsin.paging.policy_sentences import (
    beside_sentences,
    last_sentences,
    step_sentence,
    variant_sentence,
)
from tocsin.paging.sentences import target_words
from tocsin.paging.uses import services_of
from tocsin.paging.variants import ladder, named_by
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.policies.list import policy_path
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import viewer_of


class TargetView(msgspec.Struct, frozen=True, kw_only=True):
    """`people` would be called now, because of `why`; `left_out` would not, each with the reason."""

    words: str
    people: tuple[str, ...]
    why: str
    left_out: tuple[str, ...]


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    sentence: str
    targets: tuple[TargetView, ...]

    @property
    def reaches_nobody(self) -> bool:
        return not any(target.people for target in self.targets)


class VariantView(msgspec.Struct, frozen=True, kw_only=True):
    """What is different at some times or for some levels; `steps` and `ends` where its ladder is another one."""

    sentence: str
    steps: tuple[StepView, ...]
    ends: tuple[str, ...]


class PolicyView(msgspec.Struct, frozen=True, kw_only=True):
    """`edit_path` is empty for whoever may not change it, and where a file manages it; `uses` says to whoever may
    remove it who would miss it.
    """

    name: str
    path: str
    steps: tuple[StepView, ...]
    ends: tuple[str, ...]
    last_resort: StepView | None
    variants: tuple[VariantView, ...]
    beside: tuple[str, ...]
    services: tuple[str, ...]
    file: str
    may_write: bool
    edit_path: str
    uses: tuple[str, ...]


@get("/policies/{name:str}")
async def show_policy(name: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    async with db.connection() as conn:
        view = await load_view(conn, visit, name)
    return pages.page("policies/show.html", visit, view=view, typed="")


async def load_view(conn: Conn, visit: Visit, name: str) -> PolicyView:
    """Raises NotFound."""
    viewer = viewer_of(visit)
    may_write = viewer.may(Permission.CONFIGURE)
    stored = await policies.get_policy(conn, name)
    return policy_view(
        stored,
        await load_answers(conn, named_by(stored.policy), visit.times.now),
        services=services_of(name, await catalog.list_services(conn)),
        beside=beside_sentences(await catalog.severity_profile(conn)),
        uses=[use.words for use in await by_hand.list_uses(conn, name, viewer)] if may_write else (),
        may_write=may_write,
    )


def policy_view(
    stored: StoredPolicy,
    answers: Mapping[Target, Answer],
    *,
    services: tuple[str, ...],
    beside: Sequence[str],
    uses: Sequence[str],
    may_write: bool,
) -> PolicyView:
    policy = stored.policy
    return PolicyView(
        name=policy.name,
        path=policy_path(policy.name),
        steps=tuple(_step(policy, index, answers) for index in range(len(policy.steps))),
        ends=tuple(last_sentences(policy)),
        last_resort=StepView(sentence="", targets=_targets(policy.last_resort, answers))
        if policy.last_resort
        else None,
        variants=tuple(_variant(policy, index, answers) for index in range(len(policy.when))),
        beside=tuple(beside),
        services=services,
        file=stored.managed_by or "",
        may_write=may_write,
        uses=tuple(uses),
        edit_path=f"{policy_path(policy.name)}/edit" if may_write and not stored.managed_by else "",
    )


def _step(policy: Policy, index: int, answers: Mapping[Target, Answer]) -> StepView:
    targets = _targets(policy.steps[index].notify, answers)
    return StepView(sentence=step_sentence(policy, index), targets=targets)


def _variant(policy: Policy, index: int, answers: Mapping[Target, Answer]) -> VariantView:
    variant, climbed = policy.when[index], ladder(policy, index)
    return VariantView(
        sentence=variant_sentence(variant),
        steps=tuple(_step(climbed, place, answers) for place in range(len(variant.steps))),
        ends=() if climbed == ladder(policy, None) else tuple(last_sentences(climbed)),
    )


def _targets(targets: tuple[Target, ...], answers: Mapping[Target, Answer]) -> tuple[TargetView, ...]:
    return tuple(_target(answers[target]) for target in targets)


def _target(answer: Answer) -> TargetView:
    return TargetView(
        words=target_words(answer.target).removesuffix(","),
        people=tuple(person.name for person in answer.people),
        why=answer.why,
        left_out=tuple(f"{each.name} {each.why}" for each in answer.left_out),
    )
