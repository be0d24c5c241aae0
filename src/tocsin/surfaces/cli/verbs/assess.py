"""`tocsin assess`: which severity the known facts mean, and which criterion decided (CLS-1). Offline, unless they are
learnt of an incident (CLS-3).

Parsed by `argparse`, whose import costs 5 ms: cyclopts and rich together would be twice the whole budget of PERF-11.
"""

import sys
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Any

from tocsin.catalog.assess import Assessment, assess
from tocsin.catalog.facts import CHOICES, WORDS, Facts, read_facts
from tocsin.catalog.profiles import DEFAULT, PRESETS, active
from tocsin.catalog.severity import Profile
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.ids import parse_incident_ref
from tocsin.surfaces.cli.reader import Reader
from tocsin.surfaces.cli.start import DONE, WRONG_USAGE, refuse

EXAMPLE = """\
Unknown facts never lower a level; the worst criterion decides.

Examples:
  tocsin assess --users-affected 30% --revenue-per-hour 5000USD
  tocsin assess --service-status degraded --data-loss-risk high --profile p-levels
  tocsin assess --users-affected 30% -f tocsin.yaml
  tocsin assess INC-1 --users-affected 30%
"""
FACTS = tuple(fact for fact in Facts._fields if fact != "users_affected_share")  # --users-affected takes a share too
COUNTS = {"users_affected": "30%|1200", "error_rate": "5%", "revenue_per_hour": "5000USD", "systems_down": "2"}


def parser() -> Reader:
    """One option for each fact that a severity profile may grade."""
    made = Reader(
        prog="tocsin assess",
        usage="tocsin assess [INC-1] [--FACT VALUE …] [--profile NAME] [-f FILE] [--json]",
        description="Which severity these facts mean, and which criterion decided. Works without a server.\n"
        "With an incident: what has become known of it, and the level that is proposed now.",
        epilog=EXAMPLE,
        formatter_class=lambda prog: RawDescriptionHelpFormatter(prog, max_help_position=40, width=80),
        allow_abbrev=False,
    )
    made._optionals.title = "facts and options"
    for fact in FACTS:
        option, words = f"--{fact.replace('_', '-')}", WORDS[fact]
        if fact in CHOICES:
            choices = (*CHOICES[fact], "unknown")
            made.add_argument(option, choices=choices, metavar="|".join(CHOICES[fact]), help=words)
        elif fact in COUNTS:
            made.add_argument(option, metavar=COUNTS[fact], help=words)
        else:
            made.add_argument(option, nargs="?", const="yes", metavar="yes|no", help=words)
    made.add_argument("incident", nargs="?", metavar="INC-1", help="an incident of which this has become known")
    made.add_argument("--profile", metavar="NAME", help=f"{', '.join(PRESETS)}, or one of the file")
    made.add_argument("-f", "--file", action="append", metavar="FILE", help="a configuration with profiles of your own")
    made.add_argument("--json", action="store_true", help="print one JSON document")
    return made


def main(argv: Sequence[str]) -> int:
    typed = parser().read(argv)
    said = {name: value for name in FACTS if (value := getattr(typed, name)) is not None}
    return _offline(typed, said) if typed.incident is None else _of_incident(typed, said)


def _offline(typed: Namespace, said: dict[str, str]) -> int:
    own = _load_own(typed.file) if typed.file else None
    try:
        facts = read_facts(said)
        profile = active(typed.profile or DEFAULT) if own is None else own(typed.profile)
        found = assess(profile, facts)
    except (Invalid, NotFound) as wrong:
        refuse("tocsin assess", wrong, json=typed.json)
        return WRONG_USAGE
    _print(typed, profile, found)
    return DONE


def _load_own(files: Sequence[str]) -> Callable[[str | None], Profile]:
    """Finds a profile by its name, None: the one that the files make active. Raises ConfigurationInvalid."""
    from pathlib import Path

    from tocsin.catalog.own_profiles import profile_of
    from tocsin.config.files import load_profiles

    chosen, written = load_profiles([Path(name) for name in files])
    own = {profile.name: profile_of(profile) for profile in written}
    return lambda name: own.get(name or chosen or DEFAULT) or active(name or chosen or DEFAULT)


def _of_incident(typed: Namespace, said: dict[str, str]) -> int:
    """What has become known of it; without a fact: what is known. The server grades by the profile that is active."""
    try:
        parse_incident_ref(typed.incident)
        if typed.profile or typed.file:
            raise Invalid("An incident is graded by the active severity profile.", "Leave --profile and --file out.")
    except Invalid as wrong:
        refuse("tocsin assess", wrong, json=typed.json)
        return WRONG_USAGE
    from tocsin.surfaces.cli.known_facts import learn, show_known

    if said:
        learn(typed.incident, said, json=typed.json)
    else:
        show_known(typed.incident, json=typed.json)
    return DONE


def _print(typed: Namespace, profile: Profile, found: Assessment) -> None:
    if typed.json:
        import json

        sys.stdout.write(json.dumps(document(profile, found), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(text(profile, found))


def text(profile: Profile, found: Assessment) -> str:
    """The answer for a person: level, why, what it promises, and what could still raise it."""
    level = found.level
    lines = [found.reason if level is None else f"{level.name}  {level.title}"]
    if level is not None:
        lines += wrap(
            found.reason.removeprefix(level.name + ": "), 80, initial_indent="  because    ", subsequent_indent=" " * 13
        )
        lines.append(f"  response   {level.response}")
    lines.append(f"  profile    {profile.name}")
    if found.could_raise:
        lines.append("  Not known yet, and would make it")
    above = ""
    for fact in found.could_raise:
        lines.append(f"  {'' if fact.level == above else fact.level:<10} {fact.when}")
        above = fact.level
    return "\n".join(lines) + "\n"


def document(profile: Profile, found: Assessment) -> dict[str, Any]:
    """The answer for a program. `level` is null while nothing is known that the profile grades."""
    return {
        "profile": profile.name,
        "level": found.level.name if found.level else None,
        "title": found.level.title if found.level else None,
        "criterion": found.criterion.fact if found.criterion else None,
        "criteria": [criterion.fact for criterion in found.criteria],
        "reason": found.reason,
        "could_raise": [{"fact": each.fact, "level": each.level, "when": each.when} for each in found.could_raise],
    }
