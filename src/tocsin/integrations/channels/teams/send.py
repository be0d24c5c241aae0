"""Microsoft Teams by a Workflows webhook ("when a Teams webhook request is received"): an Adaptive Card. It cannot edit
what it has posted.
"""

from typing import Any

from tocsin.delivery.model import Outgoing, Purpose, Receipt
from tocsin.integrations.channels.chat import Post, pieces, post_of
from tocsin.integrations.channels.chat_webhook import chat_webhook, check_webhook
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.one_request import TIMEOUT, OneRequest, receipt_of
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer
from tocsin.kernel.outbound import FailureReason, SendFailed

KIND = "teams"
CARD = "application/vnd.microsoft.card.adaptive"

_RETIRED = ("webhook.office.com", "outlook.office.com", "outlook.office365.com")
_COLOURS = {
    Purpose.PAGE: "attention",
    Purpose.ACKNOWLEDGED: "warning",
    Purpose.RESOLVED: "good",
    Purpose.INFO: "accent",
}


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    checked = check_webhook(
        address, KIND, "https://prod-00.westeurope.logic.azure.com/workflows/…/triggers/manual/paths/invoke?…"
    )
    host = parse_url(checked).host or ""
    if host in _RETIRED or host.endswith(f".{_RETIRED[0]}"):
        raise Invalid(
            "This is the address of an Office 365 connector, which Microsoft has retired.",
            'Make one in Teams under Workflows: "Post to a channel when a webhook request is received".',
            field=KIND,
        )
    return checked


def channel(http: GuardedHttp, timeout: HttpTimeout = TIMEOUT) -> OneRequest:
    return chat_webhook(KIND, http, document, receipt, timeout=timeout)


def document(outgoing: Outgoing) -> dict[str, Any]:
    """What strangers wrote stands in text runs: Teams reads no Markdown and no mention in them."""
    post = post_of(outgoing)
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": _body(post, _COLOURS.get(outgoing.purpose, "default")),
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": url} for label, url in post.buttons],
    }
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


def _body(post: Post, colour: str) -> list[dict[str, Any]]:
    body = [_block([_run(post.headline, weight="bolder", size="large", color=colour)])]
    body += [_block(_runs(line)) for line in post.text.split("\n") if line.strip()]
    body += [_block([_run(f"{fact.label}: ", weight="bolder"), *_runs(fact.value)]) for fact in post.facts]
    if post.why_you:
        body.append(_block([_run(post.why_you, isSubtle=True)]))
    return body


def _block(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": runs}


def _runs(text: str) -> list[dict[str, Any]]:
    """With every address as a link that shows where it leads."""
    return [
        _run(each.text, selectAction={"type": "Action.OpenUrl", "url": each.text})
        if each.is_address
        else _run(each.text)
        for each in pieces(text)
    ]


def _run(text: str, **looks: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **looks}


def receipt(answer: HttpAnswer, peer: str) -> Receipt:
    """A workflow says 202 without a word: it has the message, and what its steps make of it nobody reports."""
    if answer.body.lstrip().startswith(b"<"):
        raise SendFailed(FailureReason.REJECTED, f"{peer} answers with a page and not as a workflow does")
    return receipt_of(answer, "taken by the workflow")


TEAMS = ChannelKind(KIND, check_address, over_http(lambda wires: channel(wires.http)), is_room=True)
