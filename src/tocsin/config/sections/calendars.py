"""`calendars:` – calendars of elsewhere whose events are shifts of a layer, or leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from tocsin.accounts.rules import check_slug
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.secrets import read_env
from tocsin.kernel.errors import Invalid
from tocsin.oncall.calendar_model import CalendarDraft, check_calendar, https_of


def read_calendar(value: Any, place: Place, environ: Mapping[str, str]) -> CalendarDraft | None:
    """`environ` answers `env:NAME`: the address of a private calendar is a secret."""
    fields = Fields(value, place, what="A calendar")
    name = fields.name()
    text = fields.text("url")
    url = read_env(text, place.key("url"), environ) if text else None
    leave, time_zone = fields.flag("leave"), fields.zone("time_zone")
    people = _read_people(fields)
    fields.done()
    if url is None:
        return None
    draft = CalendarDraft(
        name=name, url=https_of(url), leave=leave, time_zone=time_zone, people=people, managed_by=place.file.name
    )
    try:
        check_calendar(draft)
    except Invalid as error:
        place.key("url").refuse(error)
    return draft


def _read_people(fields: Fields) -> dict[str, str]:
    """What a title says → whom it means."""
    value, place = fields.raw("people"), fields.place.key("people")
    if value is None:
        return {}
    if not isinstance(value, dict):
        place.problem("people must be a mapping.", 'Write it as {"Alice S.": alice}.')
        return {}
    found: dict[str, str] = {}
    for words, name in cast("dict[Any, Any]", value).items():
        if not isinstance(name, str) or not str(words).strip():
            place.problem(f"{words!r} names nobody.", 'Write it as {"Alice S.": alice}.')
            continue
        try:
            found[str(words)] = check_slug(str(name))
        except Invalid as error:
            place.refuse(error)
    return found
