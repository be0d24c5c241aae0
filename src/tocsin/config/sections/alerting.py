"""`integrations:`, `routes:`, `default_route:`, `inhibitions:` – who may send alerts, and where they go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tocsin.alerts.routing import read_route
from tocsin.alerts.rulebook import MIN_KEY, hash_key
from tocsin.alerts.silencing import read_inhibition
from tocsin.catalog.facts import read_facts
from tocsin.config.document import Integration, Notice, Routing
from tocsin.config.fields import Fields, Place
from tocsin.config.sections.secrets import read_env
from tocsin.integrations.sources import SOURCES, check_options
from tocsin.kernel.errors import Invalid

WEAK_KEY = 16


def read_integration(value: Any, place: Place, environ: Mapping[str, str], notices: list[Notice]) -> Integration | None:
    fields = Fields(value, place, what="An integration")
    name = fields.name()
    if "type" not in fields:
        fields.missing("type")
    type_ = fields.choice("type", SOURCES.keys(), "")
    key = _read_key(fields, environ, notices)
    options = _read_options(fields, type_)
    integration = Integration(
        name=name,
        type=type_,
        key_hash=hash_key(key or "").hex(),
        service=fields.find_name("service"),
        timeout=fields.duration("timeout"),
        options=options,
        managed_by=place.file.name,
    )
    fields.done()
    return integration


def _read_key(fields: Fields, environ: Mapping[str, str], notices: list[Notice]) -> str | None:
    """The key in clear, for the moment in which its digest is made."""
    place = fields.place.key("key")
    key = read_env(fields.text("key"), place, environ)
    if not key:
        return None
    if len(key) < MIN_KEY:
        place.problem(f"The key is shorter than {MIN_KEY} characters.", "Make one with: openssl rand -hex 16")
    elif len(key) < WEAK_KEY:
        line = place.file.lines.get(place.path, 0)
        notices.append(
            Notice(
                file=place.file.name,
                line=line,
                path=place.path,
                message="the key is short enough to be guessed; make a better one with: openssl rand -hex 16",
            )
        )
    return key


def _read_options(fields: Fields, type_: str) -> dict[str, Any]:
    """What only integrations of this type have; what another type has is named, so that nobody looks for a typo."""
    foreign = {name for source in SOURCES.values() for name in source.option_names} - set(_options_of(type_))
    for name in sorted(name for name in foreign if name in fields):
        fields.raw(name)
        owners = " or ".join(f"`type: {source.type}`" for source in SOURCES.values() if name in source.option_names)
        fields.place.key(name).problem(f"{name} belongs to {owners}, not {type_ or 'this'}.", "Remove it.")
    options = {name: value for name in _options_of(type_) if (value := fields.plain(name)) is not None}
    try:
        if type_ in SOURCES:
            check_options(type_, options)
    except Invalid as error:
        (fields.place.key(error.field) if error.field in fields.value else fields.place).refuse(error)
    return options


def _options_of(type_: str) -> tuple[str, ...]:
    return SOURCES[type_].option_names if type_ in SOURCES else ()


def read_routing(routes: Fields) -> Routing:
    """The three keys that decide together where alerts go, taken from the top level of a file."""
    default = routes.raw("default_route")
    return Routing(
        routes=tuple(
            read for n, (entry, at) in enumerate(routes.items("routes")) if (read := _read_route(entry, at, n + 1))
        ),
        default_route=None if default is None else _read_route(default, routes.place.key("default_route"), 0),
        inhibitions=tuple(
            read
            for n, (entry, at) in enumerate(routes.items("inhibitions"))
            if (read := _read_inhibition(entry, at, n + 1))
        ),
    )


def _read_route(value: Any, place: Place, position: int) -> dict[str, Any] | None:
    """One route as the alerts' own reader takes it; `position` 0 is the default route."""
    fields = Fields(value, place, what="A route")
    known: dict[str, Any] = {
        "match": [text for text, _ in fields.texts("match")] or None,
        "service": fields.find_name("service"),
        "severity": fields.find_text("severity"),
        "facts": _read_facts(fields),
        "escalation_policy": fields.find_name("escalation_policy"),
        "group_by": [text for text, _ in fields.texts("group_by")] if "group_by" in fields else fields.raw("group_by"),
        "group_window": fields.find_text("group_window"),
        "urgency": fields.choice("urgency", ("high", "low"), "") or None,
        "drop": fields.find_text("drop"),
        "hold": fields.find_text("hold"),
        "continue": fields.flag("continue") or None,
        "during": fields.plain("during"),
    }
    fields.done()
    _refuse_unfit(fields, position)
    definition = {key: one for key, one in known.items() if one is not None}
    try:
        read_route(definition, position)
    except Invalid as error:
        _refuse_below(place, error)
        return None
    return definition


def _refuse_unfit(fields: Fields, position: int) -> None:
    if position == 0:
        for key in ("match", "during", "continue", "drop", "hold"):
            if key in fields:
                text = f"The default route has no {key!r}: it takes what no route matched."
                fields.place.key(key).problem(text, "Remove it.")
    elif "match" not in fields:
        fields.place.problem(
            "A route without `match` takes every alert.", "Add `match:`, or make it the `default_route`."
        )


def _read_facts(fields: Fields) -> dict[str, str] | None:
    """What an alert of this route is known to mean (CLS-2), in the words that `tocsin assess` takes."""
    inner = fields.fields("facts", "facts")
    if inner is None:
        return None
    facts = {key: text for key in inner.value if (text := inner.find_text(key)) is not None}
    try:
        read_facts(facts)
    except Invalid as error:
        (inner.place.key(error.field) if error.field else inner.place).refuse(error)
    return facts


def _read_inhibition(value: Any, place: Place, position: int) -> dict[str, Any] | None:
    fields = Fields(value, place, what="An inhibition")
    known = {key: [text for text, _ in fields.texts(key)] for key in ("source", "target", "equal")}
    fields.done()
    definition: dict[str, Any] = {key: texts for key, texts in known.items() if texts}
    try:
        read_inhibition(definition, position)
    except Invalid as error:
        _refuse_below(place, error)
        return None
    return definition


def _refuse_below(place: Place, error: Invalid) -> None:
    """The alerts' readers name the field as `match.0`; here that is `match[0]` of this place."""
    for part in (error.field or "").split("."):
        if part.isdecimal():
            place = place.item(int(part))
        elif part:
            place = place.key(part)
    place.problem(error.message.partition(": ")[2] or error.message, error.remedy)
