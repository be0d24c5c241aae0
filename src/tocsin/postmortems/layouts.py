"""The five shapes of a postmortem (PMT-9), as data: which headings, in which order, each as what. Pure.

Each is the shape of one of the severity profiles' sources; the very same statements are written in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tocsin.kernel.errors import Invalid
from tocsin.postmortems.statements import Part


class Form(StrEnum):
    PROSE = "prose"
    LIST = "list"
    NUMBERED = "numbered"
    TABLE = "table"


class Heading(msgspec.Struct, frozen=True):
    """One section; `level` 2 is a section of the document, 3 one below the section before."""

    part: Part
    title: str
    form: Form
    level: int = 2


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """`columns` are those of the action items beside what is to be done: owner, due, priority, category, state."""

    name: str
    title: str
    headings: tuple[Heading, ...]
    columns: tuple[str, ...]


_WHYS = Heading(Part.FIVE_WHYS, "Five whys", Form.NUMBERED, 3)
_FACTORS = Heading(Part.FACTORS, "Contributing factors", Form.LIST, 3)

GUIDE = Layout(
    name="guide",
    title="Post-incident review",
    headings=(
        Heading(Part.SUMMARY, "Executive summary", Form.PROSE),
        Heading(Part.IMPACT, "Impact", Form.LIST),
        Heading(Part.TIMELINE, "Timeline (UTC)", Form.TABLE),
        Heading(Part.ROOT_CAUSE, "Root cause", Form.PROSE),
        _WHYS,
        _FACTORS,
        Heading(Part.WENT_WELL, "What went well", Form.LIST),
        Heading(Part.WENT_POORLY, "What went poorly", Form.LIST),
        Heading(Part.ACTIONS, "Action items", Form.TABLE),
        Heading(Part.LESSONS, "Lessons learned", Form.LIST),
        Heading(Part.PREVENTION, "Prevention", Form.LIST),
    ),
    columns=("owner", "due", "priority"),
)

FRAMEWORK = Layout(
    name="framework",
    title="Postmortem",
    headings=(
        Heading(Part.SUMMARY, "Summary", Form.PROSE),
        Heading(Part.IMPACT, "Impact", Form.PROSE),
        Heading(Part.ROOT_CAUSE, "Root cause", Form.PROSE),
        Heading(Part.FACTORS, "Contributing factors", Form.LIST),
        Heading(Part.FIVE_WHYS, "Five whys", Form.NUMBERED),
        Heading(Part.TIMELINE, "Timeline (UTC)", Form.LIST),
        Heading(Part.WENT_WELL, "What went well", Form.LIST),
        Heading(Part.WENT_POORLY, "What could be improved", Form.LIST),
        Heading(Part.ACTIONS, "Action items", Form.TABLE),
        Heading(Part.LESSONS, "Lessons learned", Form.LIST),
        Heading(Part.PREVENTION, "Prevention", Form.LIST),
    ),
    columns=("category", "owner", "due"),
)

COMMAND = Layout(
    name="command",
    title="Incident report",
    headings=(
        Heading(Part.SUMMARY, "Summary", Form.PROSE),
        Heading(Part.TIMELINE, "Timeline (UTC)", Form.TABLE),
        Heading(Part.IMPACT, "Impact", Form.LIST),
        Heading(Part.FIVE_WHYS, "Five whys", Form.NUMBERED),
        Heading(Part.ROOT_CAUSE, "Root cause", Form.PROSE, 3),
        Heading(Part.FACTORS, "Contributing factors", Form.LIST, 3),
        Heading(Part.WENT_WELL, "What went well", Form.LIST),
        Heading(Part.WENT_POORLY, "What went poorly", Form.LIST),
        Heading(Part.ACTIONS, "Action items", Form.TABLE),
        Heading(Part.PREVENTION, "Prevention", Form.LIST),
        Heading(Part.LESSONS, "Lessons", Form.LIST),
    ),
    columns=("owner", "due", "state"),
)

P_LEVELS = Layout(
    name="p-levels",
    title="Postmortem",
    headings=(
        Heading(Part.SUMMARY, "Executive summary", Form.PROSE),
        Heading(Part.TIMELINE, "Timeline (UTC)", Form.LIST),
        Heading(Part.ROOT_CAUSE, "Root cause", Form.PROSE),
        Heading(Part.FIVE_WHYS, "Five whys", Form.NUMBERED),
        Heading(Part.FACTORS, "Contributing factors", Form.LIST),
        Heading(Part.IMPACT, "Impact", Form.PROSE),
        Heading(Part.WENT_WELL, "What went well", Form.LIST),
        Heading(Part.WENT_POORLY, "What could be improved", Form.LIST),
        Heading(Part.LESSONS, "Lessons learned", Form.LIST),
        Heading(Part.ACTIONS, "Action items", Form.TABLE),
        Heading(Part.PREVENTION, "Prevention", Form.LIST),
    ),
    columns=("priority", "owner", "due", "state"),
)

SRE = Layout(
    name="sre",
    title="Postmortem",
    headings=(
        Heading(Part.SUMMARY, "Executive summary", Form.PROSE),
        Heading(Part.IMPACT, "Impact", Form.LIST),
        Heading(Part.TIMELINE, "Timeline (UTC)", Form.TABLE),
        Heading(Part.ROOT_CAUSE, "Root cause", Form.PROSE),
        _WHYS,
        _FACTORS,
        Heading(Part.WENT_WELL, "What went well", Form.LIST),
        Heading(Part.WENT_POORLY, "What went poorly", Form.LIST),
        Heading(Part.ACTIONS, "Action items", Form.TABLE),
        Heading(Part.LESSONS, "Lessons learned", Form.LIST),
        Heading(Part.PREVENTION, "Prevention", Form.LIST),
    ),
    columns=("category", "priority", "owner", "due", "state"),
)

LAYOUTS: Mapping[str, Layout] = {each.name: each for each in (GUIDE, FRAMEWORK, COMMAND, P_LEVELS, SRE)}

_OF_PROFILE = {"classic": GUIDE}
"""By the preset that the profile is, or is based on; the others bear the name of their layout."""


def read_layout(name: str) -> Layout:
    """Raises Invalid that lists them."""
    layout = LAYOUTS.get(name.strip().lower().replace("_", "-"))
    if layout is None:
        raise Invalid(f"There is no layout {name[:40]!r}.", f"Use one of {', '.join(LAYOUTS)}.", field="layout")
    return layout


def layout_of_profile(profile: str) -> Layout:
    """The shape that belongs to a severity profile; a profile of one's own has that of `sre`."""
    return _OF_PROFILE.get(profile) or LAYOUTS.get(profile, SRE)
