"""What the timeline says of roles, in whole sentences. Pure."""

from collections.abc import Sequence

from tocsin.incidents.model import TeamSize
from tocsin.incidents.roles import SIZE_WORDS, RoleName
from tocsin.incidents.sentences import full_stop, joined

CHOSEN = "The first senior responder to acknowledge commands, unless somebody is named"


def assigned(role: RoleName, user: str, by: str, before: str | None, why: str = "") -> str:
    """ "alice is the tech lead now, by @bob. Before it was carol."; nobody is named twice."""
    told = [f"{_named(user, by)} is {article(role)} {role.words} now{_giver(user, by)}."]
    if before:
        told.append(f"Before it was {before}.")
    if why:
        told.append(full_stop(why))
    return " ".join(told)


def released(role: RoleName, user: str, by: str, *, is_empty: bool) -> str:
    """ "alice is no longer the tech lead, by @bob. Nobody is now."."""
    told = f"{_named(user, by)} is no longer {article(role)} {role.words}{_giver(user, by)}."
    return f"{told} Nobody is now." if is_empty else told


def commands_too(user: str, refs: Sequence[str]) -> str:
    """ROL-2: one person has one commander role at a time; the program says so, and people decide."""
    return (
        f"{user} commands {joined(refs)} as well, and nobody keeps two incidents in view. "
        f"Give one of them to somebody else: tocsin role {refs[0]} commander @NAME."
    )


def size_changed(before: TeamSize, after: TeamSize, by: str) -> str:
    return f"Team size {before} → {after} ({SIZE_WORDS[after]}), by {by}."


def offered(role: RoleName, taker: str, by: str) -> str:
    return f"{by} offers {taker} the role of {role.words}; it stays with {by} until {taker} accepts."


def accepted(role: RoleName, giver: str, by: str, words: str) -> str:
    """The room is told by the new holder, in their own words."""
    told = f"{by} has taken over as {role.words} from {giver}, who stays available."
    return f"{told} {full_stop(words)}" if words else told


def declined(role: RoleName, by: str, giver: str, reason: str) -> str:
    why = f": {full_stop(reason)}" if reason else "."
    return f"{by} cannot take over as {role.words}{why} {giver} still has it."


def withdrawn(role: RoleName, by: str, taker: str) -> str:
    return f"{by} takes the offer to {taker} back and stays {role.words}."


def article(role: RoleName) -> str:
    """There is one commander, and there may be several experts."""
    return {RoleName.EXPERT: "an", RoleName.RESPONDER: "a"}.get(role, "the")


def _named(user: str, by: str) -> str:
    """Whoever speaks of themselves is the actor, "@alice"."""
    return by if by == f"@{user}" else user


def _giver(user: str, by: str) -> str:
    return "" if by in ("tocsin", f"@{user}") else f", by {by}"
