"""Makes what is written from the code: the top-level help, the reference of the command line, what is checked.

`python -m tools.docs` (or `make docs`) writes them; a test fails when they are not what this would write.
"""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from importlib import import_module
from itertools import groupby
from pathlib import Path

from cyclopts import App

from tocsin.__main__ import SERVER_VERBS
from tocsin.catalog.oncall_limits import DEFAULTS
from tocsin.oncall.findings import MEANINGS
from tocsin.surfaces.cli import verbs as cli_verbs
from tocsin.surfaces.cli.commands import VERBS
from tocsin.surfaces.cli.start import command_line
from tools.metrics_page import render_metrics
from tools.permissions_page import render_permissions
from tools.room_page import render_room

ROOT = Path(__file__).parent.parent
HELP = ROOT / "src/tocsin/surfaces/cli/help.txt"
REFERENCE = ROOT / "docs/reference/command-line.md"
RULES = ROOT / "docs/reference/schedule-rules.md"
PERMISSIONS = ROOT / "docs/reference/permissions.md"
METRICS = ROOT / "docs/reference/metrics.md"
ROOM = ROOT / "docs/reference/room.md"

INTRODUCTION = """\
Tocsin: from the alarm to the all-clear.

Usage: tocsin COMMAND …
"""
CLOSING = """\
Each command has --help with an example, and --json. It speaks to the server in
~/.config/tocsin/profile.json (TOCSIN_URL and TOCSIN_TOKEN override it).
Exit status: 0 done, 1 refused or failed, 2 wrong usage.
"""
PAGE = """\
# The command line

*Made from the program by `make docs`; do not edit.*

The server and the caller come from `~/.config/tocsin/profile.json`, which `tocsin serve` writes on its own machine:
`{"url": "http://127.0.0.1:8377", "token": "…"}`. `TOCSIN_URL` and `TOCSIN_TOKEN` override it. With `--json` a command
prints one JSON document on stdout, the same that `/api/v1` answers; whatever else it has to say goes to stderr.

| exit status | means |
| --- | --- |
| 0 | done |
| 1 | refused or failed; stderr says why and what to do next |
| 2 | wrong usage |

A refusal with `--json` is one document too, `{"status": 404, "detail": "…", "remedy": "…"}`, with the `field` where it
is about one; the sentence for people is on stderr all the same. `tocsin admin doctor` ends with 1 when a
page may fail, and with 2 when one fails.

"""

RULES_PAGE = """\
# What the checker of schedules proves

*Made from the program by `make docs`; do not edit.*

`tocsin oncall check` looks at the coming 90 days. Of each rule it says until when it is proven, or the exact times that
break it, the people, and what to do. Limits are set with `oncall_limits` of the organisation and a schedule's `limits`,
which has the last word; each is a number or `off`, and a rule whose limit is `off` does not apply. Days and hours are
those of the wall clock. How to live with it: [check a schedule](../howto/check-a-schedule.md).
"""


def render_help() -> str:
    """The top-level help, at most 80 columns wide."""
    width = max(len(verb.words) for verb in VERBS.values())
    groups = [
        "\n".join([f"{group}:", *(f"  {verb.words:<{width}}  {verb.summary}" for verb in verbs), ""])
        for group, verbs in groupby(VERBS.values(), key=lambda verb: verb.group)
    ]
    return "\n".join([INTRODUCTION, *groups, CLOSING])


def render_reference() -> str:
    """The page: the top-level help, then each verb's own."""
    return PAGE + "\n".join([f"```\n$ tocsin --help\n{render_help()}```\n", *_sections()])


def help_of(*words: str) -> str:
    """What `tocsin WORDS --help` prints."""
    printed = io.StringIO()
    with redirect_stdout(printed), suppress(SystemExit):  # argparse's way to end after its help
        command_line([*words, "--help"], SERVER_VERBS)
    return "\n".join(line.rstrip() for line in printed.getvalue().strip().splitlines()) + "\n"


def _sections() -> Iterator[str]:
    for name, verb in VERBS.items():
        yield f"## tocsin {name}\n\n```\n{help_of(name)}```\n"
        app = (
            None if verb.module is None else getattr(import_module(f"{cli_verbs.__name__}.{verb.module}"), "app", None)
        )
        for words in _subcommands(app) if app else ():
            yield f"### tocsin {name} {' '.join(words)}\n\n```\n{help_of(name, *words)}```\n"


def _subcommands(app: App) -> Iterator[tuple[str, ...]]:
    for word in app:
        if not word.startswith("-"):
            yield (word,)
            yield from ((word, *rest) for rest in _subcommands(app[word]))


def render_rules() -> str:
    """What the checker of schedules looks at, rule by rule."""
    lines = [RULES_PAGE]
    for rule, meaning in MEANINGS.items():
        lines.append(f"## `{rule}`: {meaning.broken}\n\nProven: {meaning.holds}. Broken: {_lower(meaning.what)}\n")
        if meaning.limit is not None:
            default = _shown(getattr(DEFAULTS, meaning.limit))
            lines.append(f"Limit: `{meaning.limit}`, without it `{default}`.\n")
    return "\n".join(lines)


def _shown(limit: object) -> str:
    """As a file says it."""
    return "off" if limit is None else str(limit).lower()


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


PAGES: dict[Path, Callable[[], str]] = {
    HELP: render_help,
    REFERENCE: render_reference,
    RULES: render_rules,
    PERMISSIONS: render_permissions,
    ROOM: render_room,
    METRICS: render_metrics,
}
"""Every made file with what makes its text."""


def main() -> int:
    for path, render in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(), encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
