"""`tocsin attach`: the files of an incident; add one, save one."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.kernel.sizes import size_words
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import attachments as wire

app = verb(
    "attach",
    "Attach a file to an incident: png, jpeg, gif, webp, pdf, text, log, csv, json or gz, of at most 10 MB unless the "
    "server's settings say otherwise. Without a file: list those that it has.",
    "tocsin attach INC-1 graph.png",
    "tocsin attach INC-1",
    "tocsin attach INC-1 --save 3 > graph.png",
)


@app.default
def attach(
    incident: Incident,
    file: Annotated[Path | None, Parameter(name="FILE", help="The file to attach.")] = None,
    /,
    *,
    save: Annotated[int | None, Parameter(help="Write the file with this number to the standard output.")] = None,
    json: Json = False,
) -> None:
    path, client = f"/incidents/{segment(incident)}/attachments", Client()
    if save is not None:
        sys.stdout.buffer.write(client.get(f"{path}/{save}"))
        return None
    if file is None:
        raw = client.get(path)
        return output.print_json(raw) if json else _print(output.read(raw, wire.AttachmentList))
    raw = client.post_file(path, _content(file), name=file.name)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Attachment)
    return output.say((f"{told.id:>4}  ", "bold"), f"{output.line(told.name)}, {size_words(told.size)}, is attached.")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as failed:
        raise WrongUsage(
            f"{output.line(str(file))} cannot be read: {failed.strerror}.", "Name a file that is there."
        ) from None


def _print(told: wire.AttachmentList) -> None:
    if not told.attachments:
        output.say(f"{told.incident} has no files. tocsin attach {told.incident} FILE adds one.")
    for each in told.attachments:
        output.say(
            (f"{each.id:>4}  ", "bold"),
            f"{output.line(each.name)}  {size_words(each.size)}",
            (f"  {output.line(each.added_by)}", "dim"),
        )


main = runner(app)
