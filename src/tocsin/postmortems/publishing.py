"""What stands in the way of publishing a postmortem (PMT-5). Pure: whoever has a reason may publish all the same."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from tocsin.incidents.sentences import full_stop
from tocsin.kernel.errors import Invalid
from tocsin.postmortems.review_model import Comment, Reviewer, Verdict, is_approval

MAX_REASON = 500

_QUESTION = re.compile(r"\*\*Question:\*\*([^|\n]*)")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_SHOWN = 3


class Gap(msgspec.Struct, frozen=True):
    """`what` is missing, as a sentence, and what to do about it; `kind` is a word for programs."""

    kind: str
    what: str
    remedy: str


def open_questions(body: str) -> list[str]:
    """The questions that the draft has left and nobody has answered, in their order; code has none."""
    return [question.strip() for question in _QUESTION.findall(_CODE.sub("", body))]


def find_gaps(
    body: str, findings: int, comments: Sequence[Comment], reviewers: Sequence[Reviewer], version: int
) -> list[Gap]:
    """`findings` is how many the blameless check has; `version` is that of `body`. Empty: it is ready."""
    return [
        *_about_questions(open_questions(body)),
        *_about_blame(findings),
        *_about_comments([comment for comment in comments if comment.is_open]),
        *_about_review(reviewers, version),
    ]


def checked_reason(reason: str) -> str:
    """Why it is published with gaps. Raises Invalid for one that is too long."""
    reason = " ".join(reason.split())
    if len(reason) > MAX_REASON:
        raise Invalid(f"A reason has up to {MAX_REASON} characters.", "Say it shorter.", field="reason")
    return reason


def told(gaps: Sequence[Gap]) -> str:
    """All of them in a row, for a refusal and for the record."""
    return " ".join(gap.what for gap in gaps)


def _about_questions(questions: Sequence[str]) -> Iterator[Gap]:
    if questions:
        count = "1 question is" if len(questions) == 1 else f"{len(questions)} questions are"
        first = " ".join(full_stop(each) for each in questions[:_SHOWN])
        more = " …" if len(questions) > _SHOWN else ""
        what = full_stop(f"{count} open: {first.strip()}{more}" if first.strip() else f"{count} open")
        yield Gap("questions", what, "Answer each in the text, or say that nobody knows.")


def _about_blame(findings: int) -> Iterator[Gap]:
    if findings:
        count = "1 passage sounds" if findings == 1 else f"{findings} passages sound"
        yield Gap("blame", f"{count} like blame.", "The editor lists them, each with a better wording.")


def _about_comments(comments: Sequence[Comment]) -> Iterator[Gap]:
    if comments:
        count = "1 comment is" if len(comments) == 1 else f"{len(comments)} comments are"
        yield Gap("comments", f"{count} not resolved.", "Follow them or answer them, then resolve them.")


def _about_review(reviewers: Sequence[Reviewer], version: int) -> Iterator[Gap]:
    for each in reviewers:
        if each.verdict is Verdict.WANTS_CHANGES:
            yield Gap("changes", f"{each.user} wants changes.", "Make them, then ask for another look.")
    if not any(is_approval(each, version) for each in reviewers):
        yield Gap("review", "Nobody has approved this version.", "Ask a colleague to review it.")
