"""The blameless check over HTTP (PMT-4), for editors and chats; `tocsin postmortem lint` needs no server."""

import asyncio

from litestar import post
from litestar.params import JSONBody

from tocsin.kernel.errors import Invalid
from tocsin.postmortems.blameless import check
from tocsin.surfaces.api.callers import Caller
from tocsin.surfaces.wire import blameless as wire

LONGEST = 200_000
"""Characters, as long as a postmortem may be."""


@post("/postmortems/lint", status_code=200, summary="Where a text blames a person, and how to say it of the system")
async def lint(data: JSONBody[wire.LintRequest], viewer: Caller) -> wire.LintFindings:
    """Of any Markdown text; nothing is stored."""
    if len(data.text) > LONGEST:
        raise Invalid(
            f"The text has {len(data.text)} characters, at most {LONGEST} are checked.",
            "Check it in parts, or with: tocsin postmortem lint FILE",
            field="text",
        )
    return wire.findings(await asyncio.to_thread(check, data.text, data.people))
