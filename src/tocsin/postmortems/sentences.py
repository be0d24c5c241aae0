"""What the timeline says of a postmortem, in whole sentences. Pure."""

from tocsin.incidents.sentences import full_stop

DRAFTED_AGAIN = "Drafted anew from the record."


def drafted(by: str, version: int) -> str:
    return f"{by} drafted the postmortem from the record{_again(version)}."


def edited(by: str, version: int, note: str) -> str:
    return f"{by} wrote version {version} of the postmortem. {full_stop(note)}".rstrip()


def published(by: str, version: int, reason: str) -> str:
    return f"{by} published the postmortem, version {version}. {full_stop(reason)}".rstrip()


def assigned(by: str, owner: str, before: str | None) -> str:
    was = f" Before it was {before}." if before and before != owner else ""
    if by == f"@{owner}":
        return f"{by} sees to the postmortem from now on.{was}"
    return f"{owner} sees to the postmortem from now on, by {by}.{was}"


def _again(version: int) -> str:
    return f" once more, as version {version}" if version > 1 else ""
