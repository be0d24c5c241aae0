"""Words by which a text gives itself away: that it blames somebody. Data; who asks decides what to do."""

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

_BLAME = re.compile(rf"(?<![\w@])(?:{'|'.join(BLAME)})\b", re.IGNORECASE)


def find_blame(text: str) -> str | None:
    """The first words that blame somebody, as they were written; None: there are none."""
    found = _BLAME.search(text.replace("’", "'"))
    return found.group() if found else None
