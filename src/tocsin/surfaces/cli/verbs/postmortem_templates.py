"""`tocsin postmortem templates`: whose questions a draft can be made with."""

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.parsing import Json
from tocsin.surfaces.wire import postmortems as wire


def templates(*, json: Json = False) -> None:
    """List the templates: those that ship, and those of your configuration."""
    raw = Client().get("/postmortem-templates")
    if json:
        return output.print_json(raw)
    told = output.read(raw, wire.TemplateList)
    rows = [
        (each.name, str(_asked(each)), output.line(each.managed_by or ""), output.line(each.title))
        for each in told.templates
    ]
    output.show(output.table(("template", "asks", "from", "title"), rows, flexible=3))
    return output.say(("  Draft with one: tocsin postmortem draft INC-1 --template NAME", "dim"))


def _asked(told: wire.Template) -> int:
    return len(told.questions) + len(told.factors) + len(told.prevention)
