"""The drafts of one fixed history, word for word, in every layout; and one computed by hand (PMT-1, PMT-9).

When a draft is meant to read otherwise: `python -m tests.rules.postmortems.golden` writes the files anew; read them.
"""

import pytest

from tests.rules.postmortems.examples import after, entry, record
from tests.rules.postmortems.golden import FOLDER, drafts, page
from tocsin.postmortems.drafting import parts
from tocsin.postmortems.layouts import LAYOUTS
from tocsin.postmortems.statements import Fact, Part, facts_of
from tocsin.postmortems.templates import GENERAL

DRAFTS = drafts()


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_draft_of_a_fixed_history(name: str) -> None:
    assert DRAFTS[name] == (FOLDER / f"{name}.txt").read_text("utf-8")


def test_the_page_of_confluence() -> None:
    assert page() == (FOLDER / "confluence.xml").read_text("utf-8")


def test_one_computed_by_hand() -> None:
    """Two entries, nothing else: the impact began at 02:56, an alert at 03:00, nobody took it, over at 03:30."""
    told = parts(
        record(
            entry(1, 0, "IncidentDeclared", "INC-7 declared at SEV-1: Checkout fails."),
            entry(2, 30, "IncidentResolved", "Resolved."),
            of={"severity": "SEV-1", "started_at": after(-4), "mitigated_at": after(30), "resolved_at": after(30)},
        ),
        GENERAL,
    )
    facts = {part: [(fact.text, fact.entry) for fact in facts_of(statements)] for part, statements in told.items()}
    assert facts == {
        Part.SUMMARY: [
            ("On 2026-11-02 02:56 UTC a SEV-1 incident began: Checkout fails.", 1),
            ("It was resolved after 34 min.", 2),
        ],
        Part.IMPACT: [
            ("It lasted 34 min, from start to resolution.", 2),
            ("Time to detect (MTTD): 4 min.", 1),
            ("Time to resolve (MTTR): 34 min.", 2),
        ],
        Part.TIMELINE: [("INC-7 declared at SEV-1: Checkout fails.", 1), ("Resolved.", 2)],
        Part.ROOT_CAUSE: [],
        Part.FIVE_WHYS: [],
        Part.FACTORS: [],
        Part.WENT_WELL: [
            ("An alert found it.", 1),
            ("Detected in 4 min; the goal of a SEV-1 is 5 min.", 1),
            ("Resolved in 34 min; the goal of a SEV-1 is 1 h.", 2),
        ],
        Part.WENT_POORLY: [],
        Part.ACTIONS: [],
        Part.LESSONS: [],
        Part.PREVENTION: [],
    }
    assert told[Part.TIMELINE][0] == Fact("INC-7 declared at SEV-1: Checkout fails.", 1, after(0))
