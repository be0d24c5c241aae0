"""What the timeline says of a postmortem, in whole sentences. Pure."""

from collections.abc import Mapping

from tocsin.incidents.sentences import full_stop
from tocsin.postmortems.figures import Figure, shown

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


def measured(found: Mapping[Figure, str], charts: int, unanswered: int) -> str:
    """ "Prometheus was asked about it: failed requests 1 204; 2 charts are kept; 1 question has no answer."."""
    told = [", ".join(f"{figure.words} {shown(value)}" for figure, value in found.items())]
    told.append(_counted(charts, "chart is kept", "charts are kept"))
    told.append(_counted(unanswered, "question has no answer", "questions have no answer"))
    return f"Prometheus was asked about it: {'; '.join(each for each in told if each)}."


def in_wiki(by: str, wiki: str, version: int, url: str) -> str:
    told = f"Version {version} of the postmortem is in {wiki}: {url}"
    return told if by == "tocsin" else f"{told} (asked for by {by})"


def not_in_wiki(wiki: str, trouble: str) -> str:
    return f"The postmortem is not in {wiki}: {trouble}"


def _counted(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}" if count else ""


def _again(version: int) -> str:
    return f" once more, as version {version}" if version > 1 else ""
