"""Writes statements down as Markdown (CommonMark with tables). Pure. Text of the record is text: what would be read as
markup in it is escaped, and it stays on its line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from tocsin.incidents.redaction import MARK
from tocsin.kernel.text import one_line
from tocsin.postmortems.layouts import Form, Heading, Layout
from tocsin.postmortems.model import QUESTION
from tocsin.postmortems.statements import Action, Fact, Part, Question, Statement

_MARKUP = re.compile(r"[\\`*\[\]<>|]|(?<!\w)_|_(?!\w)")
_OTHER = re.compile(r"\bINC-[1-9]\d{0,8}\b(?![-/#])", re.ASCII)
_LINE_BEGINS = r"^((?:- |\d+\. )?(?:\d{4}-\d\d-\d\d \d\d:\d\d )?|\| [^|]* \| )"
"""What stands before a sentence: the mark of its list, its time, its cell."""
_COLUMNS = {"owner": "Owner", "due": "Due", "priority": "Priority", "category": "Category", "state": "Status"}


def section(heading: Heading, layout: Layout, statements: Sequence[Statement], ref: str) -> str:
    """One heading with what is under it; `ref` is the incident, for the links to its entries."""
    return f"{'#' * heading.level} {heading.title}\n\n{_body(heading, layout, statements, ref)}"


def escaped(text: str) -> str:
    """A text from outside as one line of Markdown that reads as it was written."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", one_line(text))


def written(statement: Statement, ref: str) -> str:
    """One sentence with the link to its entry and to the other incidents that it names, a question marked as one."""
    text = linked(escaped(statement.text), ref)
    if isinstance(statement, Question):
        text = f"{QUESTION} {text}"
    if isinstance(statement, Action) or statement.entry is None:
        return text
    return f"{text} ([record]({entry_path(ref, statement.entry)}))"


def linked(text: str, ref: str) -> str:
    """With a link for each incident that it names, but for `ref`, which it is about."""
    return _OTHER.sub(lambda found: found[0] if found[0] == ref else f"[{found[0]}](/incidents/{found[0]})", text)


def without_entry(body: str, ref: str, entry: int) -> str:
    """The text once an entry is redacted: of each sentence that cites it only the citation is left (WAR-6)."""
    cited = re.compile(rf"{_LINE_BEGINS}.*?( \(\[record\]\({re.escape(entry_path(ref, entry))}\)\))", re.MULTILINE)
    return cited.sub(rf"\1{MARK}\2", body)


def entry_path(ref: str, entry: int) -> str:
    """The place of an entry in the room."""
    return f"/incidents/{ref}#entry-{entry}"


def _body(heading: Heading, layout: Layout, statements: Sequence[Statement], ref: str) -> str:
    facts = [each for each in statements if not isinstance(each, Question)]
    questions = [each for each in statements if isinstance(each, Question)]
    if heading.form is Form.TABLE and facts:
        table = _actions(layout, facts) if heading.part is Part.ACTIONS else _timeline_table(facts, ref)
        return "\n\n".join([table, *(written(each, ref) for each in questions)])
    if heading.form is Form.NUMBERED:
        return "\n".join(f"{n}. {written(each, ref)}" for n, each in enumerate(statements, 1))
    if heading.form is Form.PROSE:
        sentences = "\n".join(written(each, ref) for each in facts)  # one a line: a change of one shows as one
        return "\n\n".join([*([sentences] if sentences else []), *(written(each, ref) for each in questions)])
    return "\n".join(f"- {_timed(each)}{written(each, ref)}" for each in statements)


def _timeline_table(facts: Sequence[Statement], ref: str) -> str:
    rows = [f"| {_instant(_at(each))} | {written(each, ref)} |" for each in facts]
    return "\n".join(["| Time | What happened |", "| --- | --- |", *rows])


def _actions(layout: Layout, actions: Sequence[Statement]) -> str:
    """Action items, with a blank for what nobody has said."""
    head = ["Action", *(_COLUMNS[name] for name in layout.columns)]
    rows = [
        [escaped(each.text), *(escaped(str(getattr(each, name) or "")) for name in layout.columns)]
        for each in actions
        if isinstance(each, Action)
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def _timed(statement: Statement) -> str:
    at = _at(statement)
    return f"{_instant(at)} " if at is not None else ""


def _at(statement: Statement) -> datetime | None:
    return statement.at if isinstance(statement, Fact) else None


def _instant(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at is not None else ""
