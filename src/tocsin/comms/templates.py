"""How messages are worded: what ships, and a wording of one's own made into a subject and a text. Pure.

Whatever becomes of a template, a message goes out: one that cannot be used any more gives way to what ships, and says
so.
"""

from functools import cache
from pathlib import Path

from tocsin.comms import sandbox
from tocsin.comms.fields import samples
from tocsin.comms.model import Rendered, TemplateKind, Values, Wording
from tocsin.comms.wording_file import parse
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import clean, one_line

MAX_SUBJECT = 300
"""Characters of the source of a subject."""

LONGEST_SUBJECT = 160
LONGEST_BODY = 4_000
"""Characters of what is sent: what the longest of our channels carries whole."""

_FOLDER = Path(__file__).parent / "defaults"


@cache
def shipped(kind: TemplateKind) -> Wording:
    """The wording that ships with the product."""
    return parse((_FOLDER / f"{kind}.txt").read_text("utf-8"))


def check(kind: TemplateKind, wording: Wording) -> None:
    """Raises Invalid that names subject or body, the line, and what to do."""
    if not wording.subject.strip() or len(wording.subject) > MAX_SUBJECT or "\n" in wording.subject:
        raise Invalid(
            f"A subject is one line of 1 to {MAX_SUBJECT} characters.", "Begin with [{{ severity }}].", field="subject"
        )
    if not wording.body.strip():
        raise Invalid("The text is empty.", "Say what the reader has to know.", field="body")
    sandbox.check(wording.subject, samples(kind), "subject")
    sandbox.check(wording.body, samples(kind), "body")


def problem_of(kind: TemplateKind, wording: Wording) -> str:
    """Why this wording cannot be used (any more); empty: it can."""
    try:
        check(kind, wording)
    except Invalid as wrong:
        return f"{wrong.field}: {wrong.message} {wrong.remedy}"
    return ""


def render(kind: TemplateKind, wording: Wording | None, values: Values) -> Rendered:
    """The message; `wording` None: as it ships. The default stands in for a wording with a problem."""
    problem = problem_of(kind, wording) if wording is not None else ""
    used = shipped(kind) if wording is None or problem else wording
    return Rendered(
        subject=one_line(sandbox.render(used.subject, values, 4 * LONGEST_SUBJECT), LONGEST_SUBJECT),
        body=clean(sandbox.render(used.body, values, LONGEST_BODY)).strip(),
        problem=problem,
    )
