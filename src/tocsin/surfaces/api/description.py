"""What /api/v1/openapi.json says beyond the handlers' signatures: how refusals are answered, and what stands in paths.

The framework would describe errors of its own; every refusal of this API is a problem document (`problems.py`).
"""

from typing import Any

import msgspec
from litestar.connection import Request
from litestar.openapi.plugins import JsonRenderPlugin

from tocsin.kernel.errors import Forbidden, Invalid, NotFound, Refused, TocsinError, Unauthenticated, Unavailable
from tocsin.surfaces.wire.problem import Problem, problem

INTRODUCTION = """\
The API of this Tocsin; its command line speaks nothing else, but for `tocsin admin`. Send a token as \
`Authorization: Bearer …`: `tocsin admin user token NAME` prints one.

Whatever is refused is answered as `application/problem+json` (RFC 9457): `detail` says what is wrong, `remedy` \
what to do next, `field` which input it is about. Instants are in UTC. A list that goes on has a `next_cursor` \
to ask with as `cursor`. Where a route takes an `Idempotency-Key`, the same request can be sent again and does \
nothing twice.
"""

SCHEMA = "ProblemDocument"
REFUSALS: dict[str, tuple[str, TocsinError]] = {
    "400": (
        "What was sent makes no sense",
        Invalid("'soon' is no time.", "Write it as 2026-11-22T14:20Z.", field="at"),
    ),
    "401": ("No token, or none that is in force", Unauthenticated("The token is not known.", "Ask for a new one.")),
    "403": ("Your role may not", Forbidden("@vera acts as viewer and may not.", "Ask an administrator.")),
    "404": (
        "It does not exist, or not for you",
        NotFound("INC-999 does not exist.", "tocsin list shows those that you may see."),
    ),
    "409": (
        "It cannot be done as things stand",
        Refused("INC-1 is closed.", "Declare a new incident; link it to this one."),
    ),
    "503": ("Tocsin cannot answer now", Unavailable("The database is away.", "Try again in a moment.")),
}
"""By status: when, and an example. What is rarer – a body too large, too many attempts – is the `default`."""

NAMES = {
    "ref": "The incident, such as INC-1.",
    "attachment": "The number of a file of the incident.",
    "contact": "The id of a contact, as /contacts lists it.",
    "entry": "The id of an entry.",
    "feed": "The id of a feed, as /feeds lists it.",
    "item": "The number of an action item of the incident.",
    "kind": "The template: declaration, update or resolution.",
    "month": "A month that is over, such as 2026-10.",
    "n": "Its number in the incident.",
    "name": "Its name.",
    "number": "Its number.",
    "role": "A role, such as commander.",
    "schedule": "The name of a schedule.",
    "silence_id": "The id of a silence; its first characters are enough.",
    "task": "The number of a task of the incident.",
    "version": "The number of a version.",
    "service": "Only what touches this service.",
    "severity": "Only this level, such as SEV-2.",
    "status": "Only these, several with a comma: triggered, acknowledged, …",
    "since": "From then on.",
    "until": "Before then.",
    "Last-Event-ID": "The last event that you have seen: the stream goes on after it.",
}
"""What the parameters mean that say nothing themselves."""


class DescriptionPlugin(JsonRenderPlugin):
    """Serves the description as `described` completes it."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, described(openapi_schema))


def described(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document with the refusals of every operation, and a word about every parameter."""
    components = document["components"]
    paths = {
        path: {method: _operation(method, operation) for method, operation in operations.items()}
        for path, operations in document["paths"].items()
    }
    added = {"schemas": {**components["schemas"], SCHEMA: _schema()}, "responses": _responses()}
    return {**document, "paths": paths, "components": {**components, **added}}


def _operation(method: str, operation: dict[str, Any]) -> dict[str, Any]:
    done = {status: answer for status, answer in operation["responses"].items() if status < "400"}
    statuses = [status for status in REFUSALS if not (status == "409" and method == "get")]
    refused = {status: {"$ref": f"#/components/responses/{status}"} for status in [*statuses, "default"]}
    return {
        **operation,
        "responses": {**done, **refused},
        "parameters": [
            each if each.get("description") else {**each, "description": NAMES[each["name"]]}
            for each in operation.get("parameters", ())
        ],
    }


def _schema() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    return schemas[Problem.__name__]


def _responses() -> dict[str, Any]:
    told = {status: _response(when, example) for status, (when, example) in REFUSALS.items()}
    return {**told, "default": _response("What is refused for another reason, in the same form", None)}


def _response(when: str, example: TocsinError | None) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{SCHEMA}"}}
    if example is not None:
        content["example"] = msgspec.to_builtins(problem(example))
    return {"description": f"{when}.", "content": {"application/problem+json": content}}
