"""How the help of a verb is laid out: its usage names what it takes, its options name their values in words of the
field, and the examples are those of the very command that was asked about. What a verb is stands in `parsing`.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from cyclopts import App, Argument
from cyclopts.help import HelpEntry, HelpPanel, PlainFormatter
from rich.console import Console, ConsoleOptions

SHORT_CHOICES = 32
"""Choices that are no longer stand in place of the value; longer ones behind the explanation."""

_EXAMPLE_BEGINS = re.compile(r"\n(?=  tocsin )")

_NO_DEFAULT = {'""', "()", "False"}
"""What an option is when it is left out goes without saying."""

_TYPES = {"STR", "INT", "FLOAT", "PATH", "CHOICE"}
"""What the parser calls a value that has no name of its own."""

_BY_OPTION = {
    "INCIDENT": "into preview",
    "TIME": "at since until from to started due eta next give take shift",
    "DURATION": "for latency-below wait",
    "WHO": "user person owner ask authors commander helper with member add remove invite instead-of contact",
    "TEXT": "why note comment reason summary impact text answer brief changes say anyway manual contains resolution "
    "root-cause words way-back watch upcoming issue planned under-way done on",
    "URL": "http link",
    "QUERY": "promql",
    "HOST:PORT": "tcp",
    "NUMBER": "below above failed-requests failed-transactions support-tickets users-affected systems-down phone",
    "PERCENT": "error-rate",
    "FILE": "file output plot before replaces",
    "FOLDER": "dir",
    "LABEL=VALUE": "alert firing",
    "RULE": "repeat",
    "CHECK": "tick untick",
    "ZONE": "zone time-zone",
}
_VALUES = {option: value for value, options in _BY_OPTION.items() for option in options.split()}


class VerbHelp(PlainFormatter):
    """What explains a command or an option arrives folded already, without the name in front of it: it is folded anew,
    and goes on further in than names begin."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        super().__call__(console, options, panel.copy(entries=[_in_words(entry) for entry in panel.entries]))

    def _print_plain(self, console: Console, text: str) -> None:
        if text.startswith(self.indent):
            inner = 2 * self.indent
            text = textwrap.fill(
                " ".join(text.split()),
                console.width,
                initial_indent=self.indent,
                subsequent_indent=inner,
                break_long_words=False,
                break_on_hyphens=False,
            )
        super()._print_plain(console, text)


def usage_of(name: str, app: App) -> str:
    """`Usage: tocsin redact INCIDENT ENTRY --why TEXT [OPTIONS]`; a line of its own for the commands of a group."""
    lines: list[str] = []
    if app.default_command is not None:
        lines.append(" ".join([name, *_taken(list(app.assemble_argument_collection(parse_docstring=False)))]))
    if any(not each.startswith("-") for each in app):
        lines.append(f"{name} COMMAND …")
    return "Usage: " + "\n       ".join(lines)


def examples_of(name: str, examples: str) -> str:
    """Those of this very command, where there are any; else those of its group."""
    each = _EXAMPLE_BEGINS.split(examples)[1:]
    own = [example for example in each if f"{example} ".startswith(f"  {name} ")]
    return "\n".join(["Example:" if len(own) == 1 else "Examples:", *own]) if own else examples


def _taken(arguments: Sequence[Argument]) -> Iterator[str]:
    shown = [each for each in arguments if each.show]
    for each in shown:
        if each.index is not None:
            yield _operand(each)
    options = [each for each in shown if each.index is None]
    for each in options:
        if each.required:
            yield f"{each.name} {_value(each)}"
    if any(not each.required for each in options):
        yield "[OPTIONS]"


def _operand(argument: Argument) -> str:
    name = argument.name.lstrip("-").upper()
    if argument.field_info.kind is argument.field_info.VAR_POSITIONAL:
        name += "…"
    return name if argument.required else f"[{name}]"


def _value(argument: Argument) -> str:
    given: Any = argument.parameter.metavar
    return str(given) if given else value_name(argument.name)


def value_name(option: str, type_name: str = "STR") -> str:
    """`TIME` for `--since`, `N` for a number, the option's own name where nothing better is known."""
    bare = option.lstrip("-")
    if type_name == "INT":
        return "N"
    return _VALUES.get(bare, bare.upper())


def _in_words(entry: HelpEntry) -> HelpEntry:
    if entry.default in _NO_DEFAULT:
        entry = entry.copy(default=None)
    type_name = (entry.metavar or "").removesuffix("...")
    if type_name not in _TYPES or not entry.positive_names:
        return entry
    choices = "|".join(entry.choices or ())
    if choices and len(choices) <= SHORT_CHOICES:
        return entry.copy(metavar=choices, choices=())
    return entry.copy(metavar=value_name(entry.positive_names[0], type_name))
