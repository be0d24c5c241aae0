"""`tocsin postmortem measure`: what Prometheus said of an incident, and to have it asked again."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json
from tocsin.surfaces.wire import measurements as wire


def measure(
    incident: Incident,
    /,
    *,
    again: Annotated[bool, Parameter(negative="", help="Ask every query of its services once more.")] = False,
    json: Json = False,
) -> None:
    """Print what Prometheus said of it, or have it asked again once a query is mended or Prometheus is back."""
    path = f"/incidents/{segment(incident)}/measurements"
    raw = Client().post(path, {}) if again else Client().get(path)
    if json:
        return output.print_json(raw)
    found = output.read(raw, wire.MeasurementList)
    if again:
        return output.say(f"Prometheus is asked. Read what it says: tocsin postmortem measure {found.incident}")
    if found.is_asking:
        output.say("Prometheus is asked this moment; these are its answers of before.")
    if not found.measurements:
        return output.say(f"It has said nothing yet: tocsin postmortem measure {found.incident} --again")
    rows = [
        (output.line(_what(each)), output.line(_says(each)), each.service, output.line(each.query))
        for each in found.measurements
    ]
    return output.show(output.table(("what", "says", "service", "query"), rows, flexible=3))


def _what(each: wire.Measurement) -> str:
    return (each.figure or each.title or "").replace("-", " ").replace("_", " ")


def _says(each: wire.Measurement) -> str:
    """A share is 0 to 1, as it was measured."""
    if each.trouble is not None:
        return f"no answer: {each.trouble}"
    return f"{each.value:g}" if each.value is not None else each.chart or ""
