"""The severity profiles that ship with the product, by name."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.catalog.presets.classic import CLASSIC
from tocsin.catalog.presets.command import COMMAND
from tocsin.catalog.presets.framework import FRAMEWORK
from tocsin.catalog.presets.p_levels import P_LEVELS
from tocsin.catalog.presets.sre import SRE
from tocsin.catalog.severity import Profile
from tocsin.kernel.errors import NotFound

PRESETS: Mapping[str, Profile] = {p.name: p for p in (CLASSIC, FRAMEWORK, COMMAND, P_LEVELS, SRE)}
DEFAULT = SRE.name


def active(name: str = DEFAULT) -> Profile:
    """The profile of that name; raises `NotFound` that lists the names."""
    profile = PRESETS.get(name)
    if profile is None:
        raise NotFound(
            f"There is no severity profile {name!r}.",
            f"Use one of {', '.join(PRESETS)}.",
            field="severity_profile",
        )
    return profile
