"""Reading configuration files and telling a plan: shared by `tocsin plan` and `tocsin apply`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.text import Text

from tocsin.config.document import Document
from tocsin.config.files import load
from tocsin.config.model import Plan
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.render import plan_lines
from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.start import DONE, FAILED

Files = Annotated[
    list[Path],
    Parameter(
        name=["--file", "-f"],
        consume_multiple=True,
        negative="",
        help="Files and folders; together they are the configuration. env:NAME is read from this shell.",
    ),
]
Replaces = Annotated[
    list[str] | None,
    Parameter(name="--replaces", negative="", help="A file of before that these take the place of, after a renaming."),
]
_STYLE = {"+": "green", "~": "yellow", "-": "red"}


def read_files(files: Sequence[Path], replaces: Sequence[str] | None) -> Document:
    """Raises ConfigurationInvalid with all that is wrong."""
    return load(files, os.environ, replaces or ())


def tell(raw: bytes, json: bool) -> int:
    """The plan as the server answered it; a plan with errors is a failure, told on stderr."""
    plan = output.read(raw, Plan)
    if json:
        output.print_json(raw)
    elif plan.errors:
        sys.stderr.write("\n".join(output.safe(line) for line in plan_lines(plan)) + "\n")
    else:
        show(plan)
    return FAILED if plan.errors else DONE


def show(plan: Plan) -> None:
    """What is added green, what changes yellow, what goes red."""
    for line in "\n".join(plan_lines(plan)).strip("\n").split("\n"):
        output.say(Text(output.safe(line), style=_STYLE.get(line[:1], "")))


def refused(wrong: ConfigurationInvalid, files: Sequence[Path]) -> int:
    """With --json: files that cannot be understood, as a plan with errors; the same that the server would answer."""
    count = len(wrong.problems)
    plan = Plan(
        files=tuple(str(file) for file in files),
        errors=wrong.problems,
        summary=f"{count} problem{'' if count == 1 else 's'}; nothing can be applied",
    )
    return tell(msgspec.json.encode(plan), json=True)
