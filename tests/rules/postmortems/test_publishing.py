"""What is missing before a postmortem is published: each gap alone, all together, none."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.rules.postmortems.test_review_model import APPROVED
from tocsin.kernel.errors import Invalid
from tocsin.postmortems.blameless import check
from tocsin.postmortems.publishing import Gap, checked_reason, find_gaps, open_questions, told
from tocsin.postmortems.review_model import Comment, Verdict
from tocsin.postmortems.templates import known_templates

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OPEN = Comment(
    postmortem_id=1, n=1, by="@bob", at=NOW, text="?", quote="", resolved_by=None, resolved_at=None, answer=""
)
RESOLVED = replace(OPEN, n=2, resolved_by="@alice", resolved_at=NOW)
BODY = """| Severity | **Question:** How bad was it? |

- **Question:** Since when?
1. **Question:**
Write `**Question:** x` so

```
**Question:** y
```
"""


def kinds(gaps: list[Gap]) -> list[str]:
    return [gap.kind for gap in gaps]


def test_questions_are_found_in_lists_and_tables_but_not_in_code() -> None:
    assert open_questions(BODY) == ["How bad was it?", "Since when?", ""]


def test_nothing_is_missing() -> None:
    assert find_gaps("All is said.", 0, [RESOLVED], [APPROVED], 3) == []


def test_each_gap_says_what_and_what_to_do() -> None:
    wants = replace(APPROVED, user="carol", verdict=Verdict.WANTS_CHANGES)
    gaps = find_gaps(BODY, 2, [OPEN, RESOLVED], [wants], 3)
    assert kinds(gaps) == ["questions", "blame", "comments", "changes", "review"]
    assert told(gaps) == (
        "3 questions are open: How bad was it? Since when? 2 passages sound like blame. 1 comment is not resolved. "
        "carol wants changes. Nobody has approved this version."
    )
    assert all(gap.remedy for gap in gaps)


def test_what_changed_after_the_approval_is_not_approved() -> None:
    assert kinds(find_gaps("All is said.", 0, [], [APPROVED], 4)) == ["review"]
    assert kinds(find_gaps("**Question:** Who?\n" * 5, 1, [], [APPROVED], 3)) == ["questions", "blame"]


def test_a_reason_is_one_line() -> None:
    assert checked_reason(" the \n deadline ") == "the deadline"
    with pytest.raises(Invalid):
        checked_reason("x" * 501)


@pytest.mark.parametrize("name", list(known_templates()))
def test_no_template_asks_a_question_that_sounds_like_blame(name: str) -> None:
    template = known_templates()[name]
    assert check("\n\n".join((*template.questions, *template.factors, *template.prevention))) == ()
