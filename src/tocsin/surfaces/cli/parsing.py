"""How a verb reads its words: cyclopts, from the signature; wrong usage is one sentence and exit status 2.

A group of commands without one of its own (`tocsin swap`) is wrong usage too, and shows its help.
"""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import cyclopts
from cyclopts import App, Parameter
from rich.console import Console

from tocsin.kernel.errors import TocsinError
from tocsin.surfaces.cli.start import DONE, WRONG_USAGE, refuse
from tocsin.surfaces.cli.verb_help import VerbHelp, examples_of, usage_of

EXAMPLE_WIDTH = 78
"""Of an example, so that it stands within 80 columns with what is before it."""

HELP = frozenset({"--help", "-h"})

_PIECES = re.compile(r'(?:-\S+ )?(?:[^\s"]|"[^"]*")+')
"""What stays together: an option and its value, a quoted text."""


class WrongUsage(TocsinError):
    """What was typed makes no sense to the command line itself: exit status 2."""

    code = "wrong-usage"


Json = Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print one JSON document.")]
Actionable = Annotated[
    bool | None,
    Parameter(
        name="--actionable",
        negative="--not-actionable",
        show_default=False,
        help="Whether there was something to do for the page; may be left out.",
    ),
]
CauseCategory = Annotated[
    str | None,
    Parameter(
        name="--cause-category",
        help="deployment, resource-exhaustion, dependency-failure, configuration, capacity, security or other.",
    ),
]
Incident = Annotated[str, Parameter(name="INCIDENT", help="Its number, such as INC-1.")]


def verb(name: str, summary: str, *examples: str) -> App:
    """An App named `tocsin NAME`; the examples stand at the end of its `--help`."""
    made = App(
        name=f"tocsin {name}",
        help=summary,
        help_format="plaintext",
        help_formatter=VerbHelp(),
        help_epilogue=_examples(examples),
        version_flags=[],
        result_action="return_value",
        default_parameter=Parameter(negative=""),
    )
    made["--help"].show = False  # every verb has it, and it is no command
    return made


def _examples(lines: Sequence[str]) -> str:
    return "\n".join(["Example:" if len(lines) == 1 else "Examples:", *map(_example, lines)]) if lines else ""


def _example(line: str) -> str:
    """Indented; a long one goes on in the next line as a shell reads it, so that it can be copied as it stands."""
    if len(line) <= EXAMPLE_WIDTH:
        return f"  {line}"
    lines, width = [""], EXAMPLE_WIDTH - len(" \\")
    for piece in _PIECES.findall(line):
        if lines[-1] and len(f"{lines[-1]} {piece}") > width:
            lines.append("")
            width = EXAMPLE_WIDTH - len("     \\")
        lines[-1] = f"{lines[-1]} {piece}".lstrip()
    return "  " + " \\\n      ".join(lines)


def run(app: App, argv: Sequence[str]) -> int:
    """Parse and call; wrong usage is one sentence and the way to the help."""
    chain, apps, rest = app.parse_commands([word for word in argv if word not in HELP])
    name = " ".join([*app.name, *chain])
    if not HELP.isdisjoint(argv):
        _tell_own(apps, name)
    elif not rest and apps[-1].default_command is None:
        _tell_own(apps, name)
        app.help_print(list(chain), console=Console(stderr=True))
        return WRONG_USAGE
    try:
        status = app(list(argv), exit_on_error=False, print_error=False)
    except cyclopts.CycloptsError as wrong:
        return _refuse(argv, WrongUsage(_sentence(wrong)), name)
    except WrongUsage as wrong:
        return _refuse(argv, wrong, name)
    return DONE if status is None else int(status)


def _tell_own(apps: Sequence[App], name: str) -> None:
    """The usage and the examples of the last of these, which is the one that was asked about."""
    asked = apps[-1]
    asked.usage = usage_of(name, asked)
    asked.help_epilogue = examples_of(name, str(apps[0].help_epilogue or ""))


def _refuse(argv: Sequence[str], wrong: WrongUsage, name: str) -> int:
    told = WrongUsage(wrong.message, wrong.remedy or f"See: {name} --help", field=wrong.field)
    refuse(name, told, json="--json" in argv)
    return WRONG_USAGE


def runner(app: App) -> Callable[[Sequence[str]], int]:
    """`main` of a verb's module."""
    return lambda argv: run(app, argv)


def _sentence(wrong: cyclopts.CycloptsError) -> str:
    if isinstance(wrong, cyclopts.UnusedCliTokensError) and wrong.unused_tokens:
        return f"Too many words, nothing is known to do with: {' '.join(wrong.unused_tokens)}"
    if isinstance(wrong, cyclopts.MissingArgumentError) and wrong.argument is not None:
        return f"{wrong.keyword} needs a value." if wrong.keyword else f"{wrong.argument.name} is missing."
    told: Any = str(wrong).strip() or type(wrong).__name__
    return " ".join(told.split())
