"""`tocsin templates`: how messages are worded."""

import sys
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from tocsin.comms.model import Wording
from tocsin.comms.wording_file import parse, written
from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.given_file import text_of
from tocsin.surfaces.cli.parsing import Json, WrongUsage, runner, verb
from tocsin.surfaces.wire import templates as wire

app = verb(
    "templates",
    "How the messages of an incident are worded: declaration, update, resolution. A template is plain text with\n"
    "{{ fields }}, {% if %} and {% for %}; what is wrong with one is refused with its line.",
    "tocsin templates list",
    "tocsin templates show update > update.txt",
    "tocsin templates edit update --file update.txt --preview INC-1",
    "tocsin templates edit update --file update.txt",
    "tocsin templates edit update --reset",
)

Kind = Annotated[str, Parameter(name="TEMPLATE", help="declaration, update or resolution.")]


@app.command(name="list")
def list_templates(*, json: Json = False) -> None:
    """List the templates, and whose wording each has."""
    raw = Client().get("/templates")
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.TemplateList).templates
    return output.show(output.table(("template", "wording", "subject"), [_row(each) for each in told], flexible=2))


@app.command
def show(
    kind: Kind,
    /,
    *,
    fields: Annotated[bool, Parameter(help="Instead, the fields that it may use.")] = False,
    json: Json = False,
) -> None:
    """Print one template as a file that `edit` reads back."""
    raw = Client().get(f"/templates/{segment(kind)}")
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Template)
    if fields:
        return output.show(output.facts((name, output.line(meaning)) for name, meaning in told.fields.items()))
    if told.problem:
        sys.stderr.write(
            f"This template cannot be used, so messages go out as they ship. {output.line(told.problem)}\n"
        )
    sys.stdout.write(output.safe(written(Wording(told.subject, told.body))))
    return None


@app.command
def edit(
    kind: Kind,
    /,
    *,
    file: Annotated[str | None, Parameter(help="The new wording; - reads it from the standard input.")] = None,
    preview: Annotated[
        str | None, Parameter(help="Only show what it makes of an incident such as INC-1, or of the sample.")
    ] = None,
    reset: Annotated[bool, Parameter(help="Word it as it ships.")] = False,
    json: Json = False,
) -> None:
    """Change a template, or look at what a change would make."""
    if reset == (file is not None):
        raise WrongUsage("What the template shall say is missing.", "Give either --file FILE or --reset.")
    path = f"/templates/{segment(kind)}"
    if file is None:
        raw = Client().delete(path)
        return output.print_json(raw) if json else output.say(f"The template {kind} is as it ships again.")
    wanted = parse(text_of(file))
    if preview is not None:
        return _preview(path, wanted, preview, json=json)
    raw = Client().put(path, wire.TemplateRequest(subject=wanted.subject, body=wanted.body))
    return output.print_json(raw) if json else output.say(f"The template {kind} is changed: the next message has it.")


def _preview(path: str, wanted: Wording, incident: str, *, json: bool) -> None:
    asked = wire.PreviewRequest(
        subject=wanted.subject, body=wanted.body, incident=None if incident == "sample" else incident
    )
    raw = Client().post(f"{path}/preview", asked)
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.Message)
    return output.show(Text(output.line(told.subject), style="bold"), "", Text(output.safe(told.body)))


def _row(told: wire.Template) -> tuple[str | Text, ...]:
    if told.problem:
        whose: str | Text = Text("broken: as it ships", style="yellow")
    elif told.edited_by is None or told.edited_at is None:
        whose = "as it ships"
    else:
        whose = f"by {output.line(told.edited_by)}, {times.clock(told.edited_at, output.now())}"
    return (told.kind, whose, output.line(told.subject))


main = runner(app)
