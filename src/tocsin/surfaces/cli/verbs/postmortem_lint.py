"""`tocsin postmortem lint`: where a text blames a person, and how to say it of the system (PMT-4). Needs no server."""

import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from tocsin.surfaces.cli import output
from tocsin.surfaces.cli.given_file import text_of
from tocsin.surfaces.cli.parsing import Json, WrongUsage
from tocsin.surfaces.cli.start import DONE, FAILED
from tocsin.surfaces.wire import blameless as wire

Format = Literal["text", "github"]


class FileFinding(wire.LintFinding, kw_only=True):
    """`file` as it was named; the standard input is `-`."""

    file: str


def lint(
    *files: Annotated[
        str, Parameter(name="FILE", allow_leading_hyphen=True, help="Markdown; - is the standard input.")
    ],
    format: Annotated[Format, Parameter(help="text, or github: annotations of a workflow.")] = "text",
    name: Annotated[
        tuple[str, ...], Parameter(help="A name that is a person's, beside common given names.", negative="")
    ] = (),
    json: Json = False,
) -> int:
    """Find what blames a person. Ends with status 1 if something does; code and quotations are skipped."""
    if not files:
        raise WrongUsage("The file is missing.", "Name it: tocsin postmortem lint draft.md; - is the standard input")
    found = [finding for file in files for finding in _check(file, name)]
    if json:
        output.print_document({"findings": found})
    elif format == "github":
        sys.stdout.writelines(_annotation(each) + "\n" for each in found)
    else:
        _print(found, files)
    return FAILED if found else DONE


def _check(file: str, people: Sequence[str]) -> Iterator[FileFinding]:
    from tocsin.postmortems.blameless import check

    for each in check(text_of(file), people):
        yield FileFinding(file=file, **msgspec.structs.asdict(wire.finding(each)))


def _print(found: Sequence[FileFinding], files: Sequence[str]) -> None:
    for each in found:
        output.say(
            (f"{output.line(each.file)}:{each.line}:{each.column}  ", "bold"),
            (f"{each.rule}  ", "yellow"),
            f"“{output.line(each.words)}”",
        )
        output.say((f"  {each.why}", "dim"))
        output.say(f"  Rather: {output.line(each.rewording)}")
    if not found:
        output.say("Blames nobody." if len(files) == 1 else f"None of the {len(files)} files blames anybody.")


def _annotation(found: FileFinding) -> str:
    """As a workflow of GitHub reads it, with its escapes."""
    place = f"file={_escaped(found.file, of_property=True)},line={found.line},col={found.column}"
    if "\n" not in found.words:
        place += f",endColumn={found.column + found.length}"
    said = f"“{found.words}”: {found.why}\nRather: {found.rewording}"
    return f"::warning {place},title=blameless {found.rule}::{_escaped(said)}"


def _escaped(text: str, *, of_property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if of_property else text
