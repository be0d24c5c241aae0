"""What a chat shows of a message, and that no text of a stranger rings a room or hides where a link leads."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channels.benches import OUTGOING
from tests.support.hostile import CORPUS, LONG
from tocsin.delivery.model import Line, Outgoing, Purpose
from tocsin.integrations.channels import chat
from tocsin.integrations.channels.discord import send as discord
from tocsin.integrations.channels.google_chat import send as google_chat
from tocsin.integrations.channels.matrix import send as matrix
from tocsin.integrations.channels.mattermost import send as mattermost
from tocsin.integrations.channels.slack import send as slack
from tocsin.integrations.channels.teams import send as teams

GOLDEN = Path(__file__).parent / "golden" / "chat"

DOCUMENTS: dict[str, Callable[[Outgoing], Mapping[str, Any]]] = {
    "slack": slack.document,
    "mattermost": mattermost.document,
    "discord": discord.document,
    "teams": teams.document,
    "google-chat": google_chat.document,
    "matrix": matrix.document,
}
PINGS: dict[str, re.Pattern[str]] = {
    "slack": re.compile(r"<[!@#][^>]*>|<[^>|]*\|"),
    "mattermost": re.compile(r"@\w|<|\]\(http://evil"),
    "discord": re.compile(r"@(everyone|here)|(?<!\\)<[@#!:t]|\]\(http://evil"),
    "teams": re.compile(r"^TextBlock$|^FactSet$"),
    "google-chat": re.compile(r"<(?!/?[ai]\b)|<a href=\"([^\"]*)\">(?!\1<)"),
    "matrix": re.compile(r"<(?!/?(p|b|i|ul|li|br|a)\b)|<a href=\"(?!https://tocsin)([^\"]*)\">(?!\2<)"),
}
"""What a provider would read as a mention, or as a link under other words."""

LIMITS = {"matrix": (60_000, 20_000)}
"""Bytes of a document and characters of its longest text, where they are not those of Teams and Mattermost."""

ATTACKS = {
    **CORPUS,
    "masked link": "[https://bank.example](http://evil.example)",
    "slack link": "<http://evil.example|https://bank.example>",
    "reference": "[bank][1]\n[1]: http://evil.example",
    "everybody": "@everyone @here @channel @all @room <!here> <!everyone> <@&123> <@U1> <#C1> <users/all>",
    "user in an address": "https://bank.example@evil.example/",
    "escaped twice": r"\[bank\](http://evil.example) \\<!channel>",
}


def saying(text: str, outgoing: Outgoing = OUTGOING) -> Outgoing:
    message = msgspec.structs.replace(
        outgoing.message, title=text, what=text, why_you=text, severity=text, lines=(Line(text, text),) * 12
    )
    return msgspec.structs.replace(outgoing, message=message)


def read_as_markup(document: Mapping[str, Any]) -> list[str]:
    """The texts of a document that its provider may read as markup: the plain body of Matrix is none."""
    return strings({key: value for key, value in document.items() if key != "body" or "formatted_body" not in document})


def strings(value: Any) -> list[str]:
    """Every text of a document."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return strings(list(cast(dict[str, Any], value).values()))
    return [text for each in cast(list[Any], value) for text in strings(each)] if isinstance(value, list) else []


def test_the_parts_of_a_message() -> None:
    post = chat.post_of(OUTGOING)
    assert post == chat.Post(
        headline="[SEV-2] INC-1 Checkout 5xx",
        text="12 % of requests fail.",
        facts=(Line("Since", "Sat 21 Nov 2026, 04:00 CET"), Line("Service", "checkout")),
        why_you="You are on call for payments-primary until Mon 09:00.",
        buttons=(
            chat.Button("Acknowledge", "https://tocsin.example.com/ack/x4t9Zq"),
            chat.Button("Open INC-1", "https://tocsin.example.com/incidents/INC-1"),
        ),
    )


def test_facts_that_do_not_fit_are_counted() -> None:
    lines = tuple(Line(f"label {n}", "x") for n in range(20))
    message = msgspec.structs.replace(OUTGOING.message, since=None, lines=lines)
    facts = chat.post_of(msgspec.structs.replace(OUTGOING, message=message)).facts
    assert (len(facts), facts[-1]) == (chat.MOST_FACTS, Line("And", "11 more behind the link"))


def test_without_a_page_of_its_own_there_is_nothing_to_open() -> None:
    message = msgspec.structs.replace(OUTGOING.message, url="")
    assert chat.post_of(msgspec.structs.replace(OUTGOING, message=message, ack_url=None)).buttons == ()


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("see https://x.example/a_b?q=1.", "{see }<https://x.example/a_b?q=1>{.}"),
        ("(https://x.example/a)", "{(}<https://x.example/a>{)}"),
        ("https://x.example/*a*|b", "<https://x.example/%2Aa%2A%7Cb>"),
        ("https://bank.example@evil.example/", "<https://bank.example%40evil.example/>"),
        ("https://x.example/ü", "<https://x.example/%C3%BC>"),
        ("http:// nothing", "{http:// nothing}"),
    ],
)
def test_an_address_is_a_link_that_shows_where_it_leads(text: str, marked: str) -> None:
    escape: chat.Escape = lambda words: f"{{{words}}}" if words else ""  # noqa: E731
    assert chat.marked_up(text, escape, lambda address: f"<{address}>") == marked


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("purpose", [Purpose.PAGE, Purpose.RESOLVED])
def test_a_document_is_what_it_was(kind: str, purpose: Purpose) -> None:
    outgoing = OUTGOING if purpose is Purpose.PAGE else msgspec.structs.replace(OUTGOING, purpose=purpose, ack_url=None)
    golden = GOLDEN / f"{kind}-{purpose}.json"
    assert DOCUMENTS[kind](outgoing) == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_rings_a_room_or_hides_a_link(kind: str, attack: str) -> None:
    for text in read_as_markup(DOCUMENTS[kind](saying(ATTACKS[attack]))):
        assert not PINGS[kind].search(text), text


@pytest.mark.parametrize("kind", sorted(set(DOCUMENTS) - {"teams"}))
def test_a_text_that_is_an_attack_would_be_found(kind: str) -> None:
    assert any(PINGS[kind].search(text) for text in ATTACKS.values())


def test_teams_reads_no_markup_in_what_strangers_wrote() -> None:
    (attachment,) = teams.document(saying(ATTACKS["everybody"]))["attachments"]
    runs = [run for block in attachment["content"]["body"] for run in block["inlines"]]
    assert {block["type"] for block in attachment["content"]["body"]} == {"RichTextBlock"}
    assert {run["type"] for run in runs} == {"TextRun"}
    assert "entities" not in attachment["content"]["msteams"]


def test_matrix_and_discord_are_told_that_nobody_is_mentioned() -> None:
    assert matrix.document(saying(ATTACKS["everybody"]))["m.mentions"] == {}
    assert discord.document(saying(ATTACKS["everybody"]))["allowed_mentions"] == {"parse": []}


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize(
    "text", [LONG * 20, "<" * 5000, "*_" * 5000, "🔥" * 5000, "@" * 5000, "https://x.example/" * 200]
)
def test_no_part_is_longer_than_the_provider_takes(kind: str, text: str) -> None:
    whole, part = LIMITS.get(kind, (28_000, 4_000))
    document = DOCUMENTS[kind](saying(text))
    assert len(json.dumps(document, ensure_ascii=False).encode()) < whole
    assert all(chat.units(each) <= part for each in strings(document))


def test_the_parts_of_an_embed_fit_together() -> None:
    (embed,) = discord.document(saying("🔥" * 5000))["embeds"]
    assert sum(chat.units(text) for text in strings(embed)) <= 6000


def test_the_parts_of_a_block_fit() -> None:
    for block in slack.document(saying("<" * 5000))["blocks"]:
        assert block["type"] != "header" or chat.units(block["text"]["text"]) <= 150
        assert len(block.get("fields", ())) <= 10


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.integers(1, 60))
def test_what_is_cut_is_never_longer_and_never_half_an_escape(text: str, limit: int) -> None:
    escaped = chat.fitted(text, limit * 10, lambda raw: raw.replace("&", "&amp;"))
    assert chat.units(escaped) <= limit * 10
    assert "&" not in escaped.replace("&amp;", "")


def test_only_what_makes_no_sound_takes_the_place_of_a_page() -> None:
    after = [msgspec.structs.replace(OUTGOING, purpose=purpose, earlier_ref="1442") for purpose in Purpose]
    assert {each.purpose for each in after if chat.is_edit(each)} == {Purpose.ACKNOWLEDGED, Purpose.RESOLVED}
    assert not any(chat.is_edit(msgspec.structs.replace(each, earlier_ref="")) for each in after)


def test_what_is_posted_beside_a_page_is_not_what_is_edited_later() -> None:
    after = [msgspec.structs.replace(OUTGOING, purpose=purpose, earlier_ref="1442") for purpose in Purpose]
    kept = {each.purpose for each in after if chat.ref_to_edit(each, "1443")}
    assert kept == {Purpose.PAGE, Purpose.ACKNOWLEDGED, Purpose.RESOLVED}


def test_matrix_shows_an_edit_also_where_it_is_not_understood() -> None:
    edit = matrix.document(msgspec.structs.replace(OUTGOING, purpose=Purpose.RESOLVED, earlier_ref="$first"))
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": "$first"}
    assert edit["body"] == f"* {edit['m.new_content']['body']}"
    assert edit["m.new_content"]["formatted_body"].startswith("<p><b>[RESOLVED] INC-1")
    assert edit["m.new_content"]["m.mentions"] == edit["m.mentions"] == {}
