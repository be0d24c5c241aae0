"""`postmortem_templates:` – whose questions a postmortem is drafted with, beside those that ship (PMT-2)."""

from __future__ import annotations

from typing import Any

from tocsin.config.document import Notice
from tocsin.config.fields import Fields, Place
from tocsin.kernel.errors import TocsinError
from tocsin.kernel.text import one_line
from tocsin.postmortems.blameless import check
from tocsin.postmortems.templates import MAX_TITLE, MOST_QUESTIONS, Template, read_question


def read_postmortem_template(value: Any, place: Place, notices: list[Notice]) -> Template:
    """What is left out is asked as the template asks whose name this one has, or else the general one."""
    fields = Fields(value, place, what="A postmortem template")
    template = Template(
        name=fields.name(),
        title=_read_title(fields),
        questions=_read_questions(fields, "questions", notices),
        factors=_read_questions(fields, "factors", notices),
        prevention=_read_questions(fields, "prevention", notices),
        managed_by=place.file.name,
    )
    fields.done()
    if not any(key in fields for key in ("questions", "factors", "prevention")):
        place.problem(
            "A postmortem template asks something.", 'Add `questions: ["Which …?"]`, `factors:` or `prevention:`.'
        )
    return template


def _read_title(fields: Fields) -> str:
    title = one_line(fields.text("title")).strip()
    if len(title) > MAX_TITLE:
        fields.place.key("title").problem(f"title has {len(title)} characters.", f"Use at most {MAX_TITLE}.")
    return title


def _read_questions(fields: Fields, key: str, notices: list[Notice]) -> tuple[str, ...]:
    found: list[str] = []
    for text, place in fields.texts(key):
        try:
            found.append(read_question(text))
        except TocsinError as error:
            place.refuse(error)
        notices += _blame(text, place)
    if len(found) > MOST_QUESTIONS:
        fields.place.key(key).problem(
            f"{key} has {len(found)} entries.", f"Ask at most {MOST_QUESTIONS}: what is not read is not answered."
        )
    return tuple(found)


def _blame(text: str, place: Place) -> list[Notice]:
    """A question that looks for somebody to blame is kept, and told (PMT-4)."""
    return [
        Notice(
            file=place.file.name,
            line=place.file.lines.get(place.path, 0),
            path=place.path,
            message=f"{finding.words!r} asks for somebody to blame: {finding.why} Better: {finding.rewording}",
        )
        for finding in check(text)
    ]
