"""The way in: find the verb, import its module, run it, turn refusals into a sentence and an exit status.

The top-level help is a file made by `reference.py`; printing it imports nothing (PERF-11). Exit status: 0 done,
1 refused or failed, 2 wrong usage.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.kernel.errors import TocsinError

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def command_line(argv: Sequence[str], elsewhere: Mapping[str, str]) -> int:
    """Run one command line, given without the program's name; `elsewhere` has the modules of the server's verbs."""
    words = list(argv)
    if not words:
        sys.stderr.write(top_level_help())
        return WRONG_USAGE
    if words[0] in ("--help", "-h", "help"):
        if len(words) == 1:
            sys.stdout.write(top_level_help())
            return DONE
        words = [words[1], "--help"]
    if words[0] == "--version":
        return _version()
    return _run(words[0], words[1:], elsewhere)


def top_level_help() -> str:
    """The generated text beside this file."""
    with open(__file__.removesuffix("start.py") + "help.txt", encoding="utf-8") as file:  # noqa: PTH123  pathlib costs 3 ms
        return file.read()


def _run(name: str, rest: list[str], elsewhere: Mapping[str, str]) -> int:
    from tocsin.surfaces.cli.commands import VERBS

    verb = VERBS.get(name)
    if verb is None:
        return _unknown(name, list(VERBS))
    module = elsewhere.get(name, f"tocsin.surfaces.cli.verbs.{verb.module}")
    from importlib import import_module

    from tocsin.kernel.errors import TocsinError

    try:
        return import_module(module).main(rest)
    except TocsinError as refusal:
        refuse(f"tocsin {name}", refusal, json="--json" in rest)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing more to say, also not at the interpreter's end.
        sys.stdout = None
        return DONE


USUAL_WORDS = {
    "acknowledge": "ack",
    "doctor": "admin doctor",
    "settings": "admin settings",
    "token": "admin user token",
    "user": "admin user",
}
"""What people type who come from elsewhere, or have not seen that it is a word of the server's machine."""


def _unknown(name: str, known: list[str]) -> int:
    from difflib import get_close_matches

    near = USUAL_WORDS.get(name) or next(iter(get_close_matches(name, known, 1)), None)
    meant = f"Did you mean: tocsin {near}" if near else "See what there is with: tocsin --help"
    _say(f"tocsin: there is no command {name!r}.", meant)
    return WRONG_USAGE


def refuse(name: str, refusal: "TocsinError", *, json: bool) -> None:
    """Say what is wrong and what to do next on stderr; where JSON was asked for also as one document on stdout, the
    problem that the API would answer."""
    if json:
        from tocsin.surfaces.cli.output import print_document
        from tocsin.surfaces.wire.problem import problem

        print_document(problem(refusal))
    _say(f"{name}: {refusal.message}", refusal.remedy)


def _say(what: str, remedy: str) -> None:
    sys.stderr.write(f"{what}\n")
    if remedy:
        sys.stderr.write(f"  {remedy}\n")


def _version() -> int:
    from importlib.metadata import version

    sys.stdout.write(f"tocsin {version('tocsin')}\n")
    return DONE
