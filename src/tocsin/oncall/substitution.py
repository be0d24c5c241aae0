"""Overrides: which of them count at an instant, and what they make of who is on call. Pure, in instants.

In this order: the youngest override of the whole takes the place of everyone; additional people come beside; then
each share passes along the overrides of its person, the oldest first. So an override of a person is found whoever had
put that person on call, and two of them in a row do what the second one says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tocsin.kernel.errors import Invalid
from tocsin.oncall.model import Override, Part
from tocsin.oncall.moment import Moment


class Said(NamedTuple):
    """Who is on call and who is only shown; `overridden`: an override has a say in it."""

    users: tuple[str, ...]
    shadows: tuple[str, ...] = ()
    overridden: bool = False


class Scope(NamedTuple):
    """The overrides of a schedule or of a layer: those of all its people, and the others; in order of age."""

    whole: tuple[Override, ...] = ()
    partial: tuple[Override, ...] = ()


def scopes_of(overrides: tuple[Override, ...]) -> Mapping[str | None, Scope]:
    """By layer; None: of the schedule."""
    if all(one.layer is None and one.takes_all for one in overrides):  # of nearly every schedule
        return {None: Scope(whole=overrides)}
    scopes: dict[str | None, Scope] = {}
    for layer in {one.layer for one in overrides}:
        own = [one for one in overrides if one.layer == layer]
        whole = tuple(one for one in own if one.takes_all)
        scopes[layer] = Scope(whole, tuple(one for one in own if not one.takes_all))
    return scopes


def whole_at(overrides: Sequence[Override], moment: Moment) -> Override | None:
    """The youngest that covers the moment; only those younger than it can end its time."""
    at, since, until, found = moment.at, None, None, None
    for one in reversed(overrides):
        starts_at, ends_at = one.starts_at, one.ends_at
        if starts_at > at:
            until = starts_at if until is None or starts_at < until else until
        elif ends_at <= at:
            since = ends_at if since is None or ends_at > since else since
        else:
            moment.lasts(starts_at, ends_at)
            found = one
            break
    moment.lasts(since, until)
    return found


def with_partial(said: Said, overrides: Sequence[Override], moment: Moment) -> Said:
    """Who comes beside, who stands in for one person, who is shown."""
    active: list[Override] = []
    for one in overrides:
        if one.starts_at > moment.at:
            moment.lasts(None, one.starts_at)
        elif one.ends_at <= moment.at:
            moment.lasts(one.ends_at, None)
        else:
            moment.lasts(one.starts_at, one.ends_at)
            active.append(one)
    if not active:
        return said
    beside = tuple(one.user for one in active if one.part is Part.BESIDE)
    users = tuple(_stand_in(user, active) for user in said.users + beside)
    shadows = said.shadows + tuple(one.user for one in active if one.part is Part.SHADOW)
    return Said(users, shadows, said.overridden or bool(beside) or users != said.users)


def _stand_in(user: str, active: Sequence[Override]) -> str:
    """Who has the share of a person: an override names the person, or whoever stood in before."""
    names, holder = {user}, user
    for one in active:
        if one.instead_of in names:
            holder = one.user
            names.add(holder)
    return holder


def check_override(override: Override, layers: Iterable[str]) -> None:
    """Raises Invalid, with the field, for an override that could never do what it says; `layers` are the names."""
    if override.starts_at >= override.ends_at:
        raise Invalid("The override ends before it begins.", "Let its end be later than its begin.", field="ends_at")
    if override.layer is not None and override.layer not in layers:
        known = ", ".join(layers)
        raise Invalid(f"There is no layer {override.layer!r} here.", f"The layers are {known}.", field="layer")
    if override.instead_of is None:
        return
    if override.part is not Part.INSTEAD:
        raise Invalid(
            f"Somebody {override.part} takes nobody's place.", "Leave out `instead_of`, or `part`.", field="instead_of"
        )
    if override.instead_of == override.user:
        raise Invalid("Nobody can stand in for themselves.", "Name two people.", field="instead_of")
