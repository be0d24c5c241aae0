"""`tocsin postmortem comment`, `review` and `history`: what colleagues say of it, and what it said before."""

import sys
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage
from tocsin.surfaces.wire import postmortem_review as wire
from tocsin.surfaces.wire import postmortems

_STYLES = {"approved": "green", "wants-changes": "yellow"}
_SIGNS = {"+": "green", "-": "red"}


def comment(
    incident: Incident,
    text: Annotated[str | None, Parameter(name="TEXT", help="What you would say; without it: list them.")] = None,
    /,
    *,
    on: Annotated[str, Parameter(help="The passage that it is about, as it stands in the text.")] = "",
    resolve: Annotated[int | None, Parameter(help="Instead: the number of a comment that is seen to.")] = None,
    answer: Annotated[str, Parameter(help="With --resolve: what you answer.")] = "",
    json: Json = False,
) -> None:
    """Comment on it, list the comments, or resolve one."""
    client, path = Client(), f"{_path(incident)}/comments"
    if resolve is not None and text is not None:
        raise WrongUsage("A comment is either made or resolved.", "Leave out the text, or --resolve.")
    if resolve is not None:
        raw = client.post(f"{path}/{resolve}/resolve", wire.ResolveRequest(answer=answer))
        return output.print_json(raw) if json else output.say(f"Comment {resolve} is resolved.")
    if text is not None:
        raw = client.post(path, wire.CommentRequest(text=text, quote=on))
        if json:
            return output.print_json(raw)
        return output.say(f"Comment {output.read(raw, wire.Comment).n} is made.")
    raw = client.get(path)
    return output.print_json(raw) if json else _print_comments(output.read(raw, wire.CommentList))


def review(
    incident: Incident,
    /,
    *,
    ask: Annotated[str | None, Parameter(help="Who shall review it, such as bob,carol.")] = None,
    approve: Annotated[bool, Parameter(help="You find it right as it is now.", negative="")] = False,
    changes: Annotated[str | None, Parameter(help="What you want changed.")] = None,
    note: Annotated[str, Parameter(help="With --ask or --approve: a word about it.")] = "",
    json: Json = False,
) -> None:
    """Show how the review stands and what is missing before it is published; ask for one; give yours."""
    client, path = Client(), _path(incident)
    if sum((ask is not None, approve, changes is not None)) > 1:
        raise WrongUsage("That is more than one thing.", "Use --ask, --approve or --changes alone.")
    if ask is not None:
        names = [name.strip() for name in ask.split(",") if name.strip()]
        raw = client.post(f"{path}/reviewers", wire.AskRequest(reviewers=names, note=note))
    elif approve or changes is not None:
        version = output.read(client.get(path), postmortems.Postmortem).version
        verdict = "approved" if approve else "wants-changes"
        raw = client.post(f"{path}/review", wire.VerdictRequest(verdict=verdict, version=version, note=changes or note))
    else:
        raw = client.get(f"{path}/review")
    return output.print_json(raw) if json else _print_review(output.read(raw, wire.Review))


def history(
    incident: Incident,
    version: Annotated[int | None, Parameter(name="VERSION", help="Show what this one changed.")] = None,
    /,
    *,
    since: Annotated[int | None, Parameter(help="Compared with which; absent: the one before.")] = None,
    restore: Annotated[int | None, Parameter(help="Take up this version again, as a new one.")] = None,
    text: Annotated[bool, Parameter(help="With VERSION: print its whole text instead.", negative="")] = False,
    json: Json = False,
) -> None:
    """List its versions, show what one changed, or take up an earlier one again."""
    client, path = Client(), f"{_path(incident)}/versions"
    if restore is not None:
        raw = client.post(f"{path}/{restore}/restore", None)
        told = output.read(raw, postmortems.Postmortem)
        return output.print_json(raw) if json else output.say(f"Version {told.version} reads as version {restore}.")
    if version is None:
        raw = client.get(path)
        return output.print_json(raw) if json else _print_versions(output.read(raw, wire.VersionList))
    raw = client.get(f"{path}/{version}", since=since)
    if json:
        return output.print_json(raw)
    shown = output.read(raw, wire.VersionText)
    if text:
        sys.stdout.write(output.safe(shown.body))
        return None
    return _print_changes(shown)


def _print_comments(told: wire.CommentList) -> None:
    if not told.comments:
        output.say(f'Nobody has commented. tocsin postmortem comment {told.incident} "TEXT" does.')
    for each in told.comments:
        state = "open" if each.resolved_by is None else f"resolved by {output.line(each.resolved_by)}"
        head = f"{each.n}  {output.line(each.by)}, {times.clock(each.at, output.now())}, {state}"
        output.show(Text(head, style="bold" if each.resolved_by is None else "dim"))
        quoted = [f"   > {output.line(each.quote)}"] if each.quote else []
        answered = [f"   {output.line(each.resolved_by or '')}: {output.line(each.answer)}"] if each.answer else []
        output.show(*quoted, f"   {output.line(each.text)}", *answered)


def _print_review(told: wire.Review) -> None:
    state = told.state.replace("-", " ")
    output.say(f"The postmortem of {told.incident}, version {told.version}, is {state}.")
    if told.reviewers:
        rows = [_reviewer_row(each, told.version) for each in told.reviewers]
        output.show(output.table(("reviewer", "says", "note"), rows, flexible=2))
    for gap in told.gaps if told.state != "published" else []:
        output.say(f"- {output.line(gap.what)} ", (output.line(gap.remedy), "dim"))
    if told.state != "published" and not told.gaps:
        output.say((f"Nothing is missing: tocsin postmortem publish {told.incident}", "green"))


def _reviewer_row(told: wire.Reviewer, version: int) -> tuple[str | Text, ...]:
    says = told.verdict.replace("-", " ")
    if told.version is not None and told.version != version:
        return (output.line(told.user), Text(f"{says} version {told.version}", style="dim"), output.line(told.note))
    return (output.line(told.user), Text(says, style=_STYLES.get(told.verdict, "")), output.line(told.note))


def _print_versions(told: wire.VersionList) -> None:
    rows = [
        (str(each.version), output.line(each.by), times.clock(each.at, output.now()), output.line(each.note))
        for each in told.versions
    ]
    output.show(output.table(("version", "by", "at", "note"), rows, flexible=3))
    output.say((f"  What one changed: tocsin postmortem history {told.incident} {told.versions[-1].version}", "dim"))


def _print_changes(told: wire.VersionText) -> None:
    since = f"since version {told.since}" if told.since else "the first"
    output.say(f"Version {told.version} by {output.line(told.by)}: {told.tally}, {since}.")
    output.show(*(Text(output.safe(line), style=_SIGNS.get(line[:1], "")) for line in told.changes))


def _path(incident: str) -> str:
    return f"/incidents/{segment(incident)}/postmortem"
