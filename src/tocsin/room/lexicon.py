"""Words by which a text gives itself away: that it blames somebody, or speaks of a change. Data; who asks decides."""

import re

_ONE = r"(?:you|he|she|@[\w.-]+)"
_ANYBODY = r"(?:you|he|she|they|who(?:ever)?|somebody|someone|@[\w.-]+)"

BLAME = (
    r"(?:your|his|her|their|@[\w.-]+'s) (?:own )?(?:fault(?! toler)|screw-?up|mess)",
    rf"{_ANYBODY} (?:broke|screwed|messed|botched|wrecked|ruined)",
    rf"{_ANYBODY} (?:should|ought to) have (?:known|checked|tested|seen|noticed|caught)",
    rf"{_ONE} (?:forgot|failed|neglected|did(?:n't| not) bother) to",
    rf"{_ONE} (?:is|are|was|were) (?:to blame|careless|sloppy|lazy|clueless|incompetent|negligent)",
    rf"why (?:did|didn't|would|wouldn't) {_ANYBODY}",
    r"(?:careless|sloppy|lazy|stupid|idiotic|incompetent|negligent) (?:\w+ )?(?:mistake|error|person|people|team)",
    r"blam(?:e|es|ed|ing) (?:you|him|her|them|@[\w.-]+)",
    r"human error",
    r"(?:idiots?|morons?)",
)
"""What is said of a person where a system should be spoken of (as postmortems are written: without blame)."""

CHANGES = (
    r"roll(?:ed|ing)?[ -]?back",
    r"revert(?:ed|ing)?",
    r"(?:re)?deploy(?:ed|ing)?",
    r"restart(?:ed|ing)?",
    r"reboot(?:ed|ing)?",
    r"fail(?:ed|ing)?[ -]over",
    r"scal(?:ed|ing) (?:up|down|out|in)",
    r"drain(?:ed|ing)?",
    r"(?:dis|en)abled",
    r"(?:switch|turn)ed (?:on|off)",
    r"kill(?:ed|ing)",
)
"""What is done to production, as responders write it."""

DEPLOYMENTS = (
    r"deploy(?:ed|ment|ments|s)?",
    r"rolled out",
    r"rollout",
    r"went (?:out|live)",
    r"released?",
    r"shipped",
    r"merged",
)
"""What brought a change before it began, as responders write it."""

_BLAME, _CHANGE, _DEPLOYMENT = (
    re.compile(rf"(?<![\w@])(?:{'|'.join(words)})\b", re.IGNORECASE) for words in (BLAME, CHANGES, DEPLOYMENTS)
)


def find_blame(text: str) -> str | None:
    """The first words that blame somebody, as they were written; None: there are none."""
    return _first(_BLAME, text.replace("’", "'"))


def find_change(text: str) -> str | None:
    """The first words that speak of a change to production."""
    return _first(_CHANGE, text)


def find_deployment(text: str) -> str | None:
    """The first words that speak of something brought into production."""
    return _first(_DEPLOYMENT, text)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group() if found else None
