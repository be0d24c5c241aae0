"""`tocsin apply`: make the installation what a configuration says."""

import sys
from typing import Annotated

from cyclopts import Parameter

from tocsin.config.document import Document
from tocsin.config.model import Action, Plan
from tocsin.config.problems import ConfigurationInvalid
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.config_view import Files, Replaces, read_files, refused, show, tell
from tocsin.surfaces.cli.parsing import Json, runner, verb
from tocsin.surfaces.cli.start import FAILED

app = verb(
    "apply",
    "Make the installation what a configuration says: all of it or nothing. Applied twice, nothing changes.",
    "tocsin apply -f tocsin.yaml",
)


@app.default
def apply(
    *,
    file: Files,
    replaces: Replaces = None,
    yes: Annotated[bool, Parameter(help="Do not ask before something goes away.", show_default=False)] = False,
    json: Json = False,
) -> int:
    try:
        document = read_files(file, replaces)
    except ConfigurationInvalid as wrong:
        if not json:
            raise
        return refused(wrong, file)
    client = Client()
    if not yes and sys.stdin.isatty() and not _is_wanted(client, document):
        sys.stderr.write("Nothing was changed.\n")
        return FAILED
    return tell(client.post("/config/apply", document), json)


def _is_wanted(client: Client, document: Document) -> bool:
    """Asks a person at a terminal before something goes away (OPS-4), or somebody's alerts would reach nobody."""
    plan = output.read(client.post("/config/plan", document), Plan)
    gone = [change for change in plan.changes if change.action in (Action.REMOVED, Action.DISABLED)]
    silent = [each for each in plan.breakage if each.is_new and each.is_silent]
    if not gone and not silent:
        return True
    show(plan)
    removed = f"{len(gone)} to remove. " if gone else ""
    sys.stderr.write(f"{removed}{_told(len(silent))}Apply this? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _told(silent: int) -> str:
    times = "At one time" if silent == 1 else f"At {silent} times"
    return f"{times} nobody would be on call or could be reached. " if silent else ""


main = runner(app)
