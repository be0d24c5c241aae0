"""What the timeline says, in whole sentences for somebody who reads them at three in the morning. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tocsin.incidents.model import Incident, Status
from tocsin.kernel.ids import incident_ref


def declared(incident: Incident) -> str:
    """ "INC-7 declared at SEV-2: Checkout fails. Service checkout. Route 1 matched severity=critical."."""
    level = f" at {incident.severity}" if incident.severity else ""
    parts = [f"{incident_ref(incident.number)} declared{level}: {full_stop(incident.title)}"]
    if incident.services:
        parts.append(f"{'Service' if len(incident.services) == 1 else 'Services'} {joined(incident.services)}.")
    if incident.reason:
        parts.append(full_stop(incident.reason[:1].upper() + incident.reason[1:]))
    if incident.is_private:
        parts.append(PRIVATE)
    return " ".join(parts)


PRIVATE = "It is private: only its members see it."


UNCLASSIFIED = "The severity is not set: nobody has said how bad it is, and no rule could tell."


NAMELESS = "An alert without a name"
"""The title of an incident whose alerts say nothing: their label `alertname` may be a blank."""


STILL_FIRES = "It is being resolved while alerts still fire: they page nobody unless they end and begin anew."


def attached(count: int, total: int, title: str) -> str:
    """ "2 more alerts joined (7 in all), latest: Checkout fails."."""
    more = "1 more alert joined" if count == 1 else f"{count} more alerts joined"
    return f"{more} ({total} in all): {full_stop(title)}"


def worse(severity: str, why: str, incident: Incident) -> str:
    """That what joined is worse than the incident's level, which a person may want to raise (CLS-3)."""
    is_now = f"a {incident.severity}" if incident.severity else "not classified"
    return f" It would be a {severity}, and {incident_ref(incident.number)} is {is_now}. {why}".rstrip()


def acknowledged(by: str, via: str) -> str:
    return f"{by} acknowledged{_BY_WAY.get(via, f' by {via}')}."


_BY_WAY = {
    "cli": " from the command line",
    "web": " on the web",
    "api": " through the API",
    "link": " by the link in a message",
    "status": " by taking up the work",
    "source": " in the tool that sent the alert",
}


def written_at_source(by: str, text: str) -> str:
    """What somebody wrote on an alert, by the name that its tool knows them by."""
    return f"{by}, in the tool that sent the alert: {text}"


def status_changed(before: Status, after: Status, by: str, reason: str) -> str:
    sentence = f"Status {before} → {after}, by {by}." if by != "tocsin" else f"Status {before} → {after}."
    return f"{sentence} {full_stop(reason)}".rstrip()


def relapsed(count: int, title: str) -> str:
    what = "it fires again" if count == 1 else f"{count} alerts fire again"
    return f"Relapse, {what}: {full_stop(title)} Back to investigating."


def reopened(by: str, reason: str) -> str:
    who = "" if by == "tocsin" else f" by {by}"
    return f"Reopened{who}: {full_stop(reason)}"


def resolved(by: str, reason: str) -> str:
    who = "" if by == "tocsin" else f" by {by}"
    return f"Resolved{who}. {full_stop(reason)}".rstrip() if reason else f"Resolved{who}."


def closed(by: str, reason: str) -> str:
    return f"Closed by {by}. {full_stop(reason)}".rstrip()


def severity_changed(before: str | None, after: str, by: str, reason: str) -> str:
    return f"Severity {before or 'not set'} → {after}, by {by}: {full_stop(reason)}"


def made_private(by: str, reason: str) -> str:
    return f"{by} made it private, only its members see it from now on: {full_stop(reason)}"


def sees_it_now(user: str, why: str) -> str:
    """ "bob sees it now: step 1 calls them."."""
    return f"{user} sees it now: {full_stop(why)}"


def sees_it_no_more(user: str, by: str) -> str:
    return f"{user} sees it no more, says {by}." if by != f"@{user}" else f"{user} has left it and sees it no more."


def corrected(text: str) -> str:
    return f"Corrected an entry: {text}"


def stayed_clear(since: datetime) -> str:
    return f"Nothing has fired since {since:%H:%M} UTC and nobody had to act"


def joined(names: Sequence[str]) -> str:
    """ "alice", "alice and bob", "alice, bob and carol"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def of_labels(labels: Mapping[str, str]) -> str:
    """What fires, for an alert whose author wrote no description: its labels, as its source writes them."""
    return ", ".join(f"{name}={value}" for name, value in labels.items())


def full_stop(text: str) -> str:
    """The text as a sentence: trimmed, and ended unless it ends itself."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."
