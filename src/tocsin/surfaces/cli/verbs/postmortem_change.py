"""`tocsin postmortem edit`, `owner` and `publish`."""

from typing import Annotated

from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.given_file import text_of
from tocsin.surfaces.cli.parsing import Incident, Json
from tocsin.surfaces.wire import postmortems as wire
from tocsin.surfaces.wire.postmortem_review import PublishRequest


def edit(
    incident: Incident,
    file: Annotated[str, Parameter(name="FILE", help="The whole text in Markdown; - reads the standard input.")],
    /,
    *,
    version: Annotated[
        int | None, Parameter(help="The version that the file was made of; absent: the one that is there now.")
    ] = None,
    note: Annotated[str, Parameter(help="What changed, in a line.")] = "",
    json: Json = False,
) -> None:
    """Write a new version, unless somebody has written one since --version."""
    client, path = Client(), _path(incident)
    body = text_of(file)
    if version is None:
        version = output.read(client.get(path), wire.Postmortem).version
    raw = client.put(path, wire.EditRequest(body=body, version=version, note=note))
    told = output.read(raw, wire.Postmortem)
    if json:
        return output.print_json(raw)
    if told.version == version:
        return output.say(f"It reads so already: version {version} of the postmortem of {told.incident}.")
    return output.say(f"Version {told.version} of the postmortem of {told.incident} is written.{_open(told)}")


def owner(
    incident: Incident,
    who: Annotated[str, Parameter(name="WHO", help="A user's name; me is you.")],
    /,
    *,
    json: Json = False,
) -> None:
    """Say who sees to it; until then it is whoever commands the incident."""
    raw = Client().post(f"{_path(incident)}/owner", wire.OwnerRequest(user=who))
    told = output.read(raw, wire.Postmortem)
    return output.print_json(raw) if json else output.say(f"@{told.owner} sees to the postmortem of {told.incident}.")


def publish(
    incident: Incident,
    /,
    *,
    why: Annotated[str, Parameter(help="Why, although something is missing.")] = "",
    json: Json = False,
) -> None:
    """Publish it: everybody who sees the incident shall read it. What is missing in it is refused."""
    raw = Client().post(f"{_path(incident)}/publish", PublishRequest(reason=why))
    told = output.read(raw, wire.Postmortem)
    if json:
        return output.print_json(raw)
    return output.say(f"The postmortem of {told.incident} is published, version {told.version}.{_open(told)}")


def _open(told: wire.Postmortem) -> str:
    """Questions that still stand in it."""
    if not told.questions:
        return ""
    return " 1 question is still open in it." if told.questions == 1 else f" {told.questions} questions are still open."


def _path(incident: str) -> str:
    return f"/incidents/{segment(incident)}/postmortem"
