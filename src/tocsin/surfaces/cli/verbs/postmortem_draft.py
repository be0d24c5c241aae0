"""`tocsin postmortem draft`: made from the record."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json
from tocsin.surfaces.cli.verbs.postmortem_read import put_down
from tocsin.surfaces.wire import postmortems as wire


def draft(
    incident: Incident,
    /,
    *,
    template: Annotated[
        str | None, Parameter(help="Whose questions are asked; absent: those of the cause category.")
    ] = None,
    layout: Annotated[
        str | None, Parameter(help="guide, framework, command, p-levels or sre; absent: by the severity profile.")
    ] = None,
    authors: Annotated[str | None, Parameter(help="Who writes it, such as alice,bob; absent: you.")] = None,
    again: Annotated[bool, Parameter(help="Make a new version of what is there, from the record of now.")] = False,
    out: Annotated[Path | None, Parameter(name=["-o", "--output"], help="Also write the text into this file.")] = None,
    json: Json = False,
) -> None:
    """Draft it from the record: each fact with its entry, each gap as a question."""
    names = [name.strip() for name in authors.split(",") if name.strip()] if authors else []
    request = wire.DraftRequest(template=template, layout=layout, authors=names, again=again)
    raw = Client().post(f"/incidents/{segment(incident)}/postmortem", request)
    told = output.read(raw, wire.Postmortem)
    if out is not None:
        put_down(told.body, out)
    if json:
        return output.print_json(raw)
    output.say(f"The postmortem of {told.incident} is drafted, version {told.version}.")
    if told.questions:
        output.say(f"  {told.questions} questions are marked in it: what the record does not say is yours to find out.")
    where = f"tocsin postmortem edit {told.incident} {out or 'FILE'}"
    return output.say((f"  Read it: tocsin postmortem show {told.incident}. Change it: {where}", "dim"))
