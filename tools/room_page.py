"""The page of the reference about rooms, made from the rules and the data themselves (GRD-1, GRD-2)."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from tocsin.catalog.profiles import PRESETS
from tocsin.room.checklist_items import Item, Phase, checklist_of
from tocsin.room.guard_rails import RULES
from tocsin.room.ticking import WHEN

PAGE = """\
# What a room watches for, and its checklists

*Made from the program by `make docs`; do not edit.*

## Guard rails

What goes wrong is said in the room, once each time, with what mends it, and taken back when it is mended.
`/api/v1/incidents/INC-1/findings` lists all of it.

| mistake | when it is said |
| --- | --- |
"""

CHECKLISTS = """
## Checklists

`tocsin checklist INC-1` shows the part for now. First come the items of the worst level of the profile `sre`; what a
phase of another level or profile has instead or beside stands below. An item with a condition ticks itself; people tick
the rest.
"""

TITLES = {
    Phase.FIRST: "First 5 minutes",
    Phase.EARLY: "Until the first time box ends, 15 minutes at least",
    Phase.LATER: "From then on",
    Phase.MITIGATION: "Mitigation",
    Phase.RESOLUTION: "Before it is resolved",
    Phase.CLOSING: "When it is resolved",
    Phase.AFTER: "Afterwards",
}


def render_room() -> str:
    """Every rule with its first sentence, and every phase of every level with its items."""
    return "".join((PAGE, *map(_rule, RULES), CHECKLISTS, *map(_phase, Phase)))


def _rule(rule: Callable[..., object]) -> str:
    said = " ".join((inspect.getdoc(rule) or "").split())
    return f"| {rule.__name__.replace('_', ' ')} | {said} |\n"


def _phase(phase: Phase) -> str:
    sre = PRESETS["sre"]
    told = checklist_of(sre, sre.of_rank(1))[phase]
    return f"\n### {TITLES[phase]}\n\n" + "".join([*map(_line, told), *_elsewhere(phase, told)])


def _line(item: Item) -> str:
    ticks = f" *Ticks itself as soon as {WHEN[item.tick][0]}.*" if item.tick is not None else ""
    return f"- **{item.text}**: {item.rule}{ticks}\n"


def _elsewhere(phase: Phase, told: Iterable[Item]) -> Iterator[str]:
    """Levels whose list differs from the one above, with what they have that it lacks; those that agree together."""
    known, others = set(told), defaultdict[tuple[Item, ...], list[str]](list)
    for profile in PRESETS.values():
        for level in profile.levels:
            more = tuple(item for item in checklist_of(profile, level)[phase] if item not in known)
            others[more].append(f"`{profile.name}` {level.name}")
    for more, names in others.items():
        if more:
            yield f"\n{', '.join(names)}:\n\n" + "".join(map(_line, more))
