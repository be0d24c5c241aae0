"""The drafts of `history` as they shall read, a text for each layout, and one as a page of Confluence."""

from pathlib import Path

from tests.rules.postmortems.examples import postmortem
from tests.rules.postmortems.history import checkout_fails
from tocsin.postmortems.confluence import as_confluence
from tocsin.postmortems.drafting import draft_body
from tocsin.postmortems.layouts import LAYOUTS
from tocsin.postmortems.templates import known_templates

FOLDER = Path(__file__).parent


def drafts() -> dict[str, str]:
    """By the name of the layout."""
    template = known_templates()["deployment"]
    told = checkout_fails()
    return {name: draft_body(told, template, layout, ("alice", "bob")) for name, layout in LAYOUTS.items()}


def page() -> str:
    """The draft of the layout `guide` as the body of a page."""
    return as_confluence(postmortem(body=drafts()["guide"]), "https://tocsin.example", {})
