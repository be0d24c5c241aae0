"""How one incident is shown and told: shared by the verbs that show or move one."""

from datetime import datetime

from rich.text import Text

from tocsin.incidents.stages import Box, in_words
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.wire.body import Body
from tocsin.surfaces.wire.incidents import Incident


def print_incident(told: Incident, now: datetime) -> None:
    """Title, one line of state, the facts that are known, and where to look."""
    title = Text.assemble((told.id, "bold"), "  ", (output.line(told.title), "bold"))
    wrong = [Text(times.sentence(output.line(each), now), style="yellow") for each in told.findings]
    output.show(title, state_line(told), *wrong, "", output.facts(_rows(told, now)))


def state_line(told: Incident) -> Text:
    """`SEV-2 · triggered · checkout`, and what is unusual about it."""
    parts = [
        Text(output.line(told.severity or "severity not set")),
        output.status(told.status),
        *[Text(output.line(service)) for service in told.services],
    ]
    if told.is_mitigating:
        parts.insert(2, Text("mitigating", style="cyan"))
    if told.urgency == "low":
        parts.append(Text("low urgency"))
    if told.is_private:
        parts.append(Text("private", style="magenta"))
    if told.is_drill:
        parts.append(Text("drill", style="magenta"))
    return Text(" · ").join(parts)


def _rows(told: Incident, now: datetime) -> list[tuple[str, str | Text]]:
    def at(instant: datetime | None, by: str | None = None) -> str:
        if instant is None:
            return ""
        return times.both(instant, now) + (f", by {output.line(by)}" if by else "")

    return [
        ("merged into", told.merged_into or ""),
        ("stage", _stage(told, now)),
        ("started", at(told.started_at)),
        ("detected", at(told.detected_at)),
        ("declared", at(told.declared_at, told.declared_by)),
        ("acknowledged", at(told.acknowledged_at, told.acknowledged_by) or Text("by nobody yet", style="bold red"))
        if told.status == "triggered" or told.acknowledged_at
        else ("acknowledged", ""),
        ("identified", at(told.identified_at)),
        ("mitigated", at(told.mitigated_at)),
        ("resolved", at(told.resolved_at)),
        ("closed", at(told.closed_at)),
        ("commander", output.line(told.commander or "")),
        ("roles", _roles(told)),
        ("next update", _next_update(told, now)),
        ("alerts", str(told.alerts) if told.alerts else ""),
        ("policy", output.line(told.policy or "")),
        ("why", output.line(told.reason)),
        ("impact", output.line(told.impact or "")),
        ("users affected", output.line(told.users_affected or "")),
        ("summary", output.safe(told.summary or "")),
        ("cause category", output.line(told.cause_category or "")),
        ("ETA", _eta(told, now)),
        ("root cause", output.safe(told.root_cause or "")),
        ("resolution", output.safe(told.resolution or "")),
        ("call", output.line(told.conference_url or "")),
        ("page", told.url),
    ]


def _roles(told: Incident) -> str:
    """ "tech lead bob, experts carol and dave" without the commander, who has a line of their own."""
    others = [(role, names) for role, names in told.roles.items() if role != "commander"]
    return "; ".join(f"{role.replace('-', ' ')} {', '.join(map(output.line, names))}" for role, names in others)


def _next_update(told: Incident, now: datetime) -> str | Text:
    if told.next_update_at is None:
        return ""
    words = times.both(told.next_update_at, now)
    return Text(f"{words}, overdue", style="yellow") if told.next_update_at < now else words


def _eta(told: Incident, now: datetime) -> str | Text:
    """Nothing where nobody has said anything, or it is over."""
    if told.eta_set_at is None or told.resolved_at is not None:
        return ""
    if told.eta is None:
        return "unknown"
    words = times.both(told.eta, now)
    return Text(f"{words}, passed", style="yellow") if told.eta < now else words


def _stage(told: Incident, now: datetime) -> Text:
    """Yellow once the box is over: a promise is broken."""
    if told.stage is None:
        return Text()
    box = Box(told.stage.name, told.stage.begins_at, told.stage.ends_at, now > told.stage.ends_at)
    return Text(output.line(in_words(box, told.declared_at, now)), style="yellow" if box.is_overdue else "")


def move(incident: str, action: str, request: Body, json: bool, past: str) -> None:
    """POST one of the moves, and tell what became of it."""
    raw = Client().post(f"/incidents/{segment(incident)}/{action}", request)
    if json:
        return output.print_json(raw)
    told = output.read(raw, Incident)
    return output.say((told.id, "bold"), f" {past}: {output.line(told.title)}")
