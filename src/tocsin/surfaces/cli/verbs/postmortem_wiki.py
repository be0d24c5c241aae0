"""`tocsin postmortem publish-to`: a page of the organisation's wiki says what the postmortem says (PMT-5)."""

import time
from typing import Annotated, Literal

from cyclopts import Parameter

from tocsin.surfaces.cli import output, times
from tocsin.surfaces.cli.client import Client, segment
from tocsin.surfaces.cli.parsing import Incident, Json
from tocsin.surfaces.wire.wiki import WikiCopy, WikiRequest

PATIENCE = 30.0
"""Seconds to wait for the page: a worker writes it with two or three requests."""
_ASK_EVERY = 0.3


def publish_to(
    wiki: Annotated[Literal["confluence"], Parameter(name="WIKI", help="confluence")],
    incident: Incident,
    /,
    *,
    overwrite: Annotated[
        bool, Parameter(negative="", help="What others wrote on that page may go; where it is gone, a new one is made.")
    ] = False,
    although_private: Annotated[
        bool, Parameter(negative="", help="The incident is private, and whoever sees the space may read it.")
    ] = False,
    wait: Annotated[float, Parameter(help="How long to wait for the page, in seconds.")] = PATIENCE,
    look: Annotated[bool, Parameter(negative="", help="Only say where it is, and how the last attempt went.")] = False,
    json: Json = False,
) -> int:
    """Make a page of a published postmortem, later bring that same page up to date. Exit status 1: it is not there."""
    client, path = Client(), f"/incidents/{segment(incident)}/postmortem/wiki"
    raw = client.get(path)
    if not look:
        raw = client.post(path, WikiRequest(overwrite=overwrite, although_private=although_private))
        raw = _wait(client, path, raw, wait)
    told = output.read(raw, WikiCopy)
    if json:
        output.print_json(raw)
    else:
        output.say(output.line(_words(told)))
        if told.state == "failed":
            again = f"tocsin postmortem publish-to confluence {told.incident}"
            output.say((f"Then: {again}, with --overwrite if what others wrote on its page may go.", "dim"))
    return 0 if told.state == "there" else 1


def _wait(client: Client, path: str, raw: bytes, patience: float) -> bytes:
    """The first answer that is more than a promise, or the last one when patience ends."""
    deadline = time.monotonic() + patience
    while _is_promise(output.read(raw, WikiCopy)) and time.monotonic() < deadline:
        time.sleep(_ASK_EVERY)
        raw = client.get(path)
    return raw


def _is_promise(told: WikiCopy) -> bool:
    return told.state == "waiting" and not told.trouble


def _words(told: WikiCopy) -> str:
    if told.state == "none":
        how = f": tocsin postmortem publish-to confluence {told.incident}" if told.wiki else "; no wiki is set up"
        return f"Nobody has published the postmortem of {told.incident} in a wiki{how}."
    if told.state == "there":
        latest = "" if told.is_latest else ", which is not the latest"
        return f"The postmortem of {told.incident} is in {told.wiki}, version {told.version}{latest}: {told.url}"
    if told.trouble and told.again_at is not None:
        return f"{told.trouble} It is tried again {times.clock(told.again_at, output.now())}."
    return told.trouble or f"It is still being written: tocsin postmortem publish-to confluence {told.incident} --look"
