"""Slack by an incoming webhook: Block Kit, with link buttons. It cannot edit what it has posted: each change of an
incident is a message of its own.
"""

from typing import Any

from tocsin.delivery.model import Outgoing
from tocsin.integrations.channels.chat import fitted, marked_up, post_of
from tocsin.integrations.channels.chat_webhook import chat_webhook, check_webhook, says_ok
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.one_request import TIMEOUT, OneRequest
from tocsin.kernel.http import GuardedHttp, HttpTimeout

KIND = "slack"
HEADER_LIMIT, TEXT_LIMIT, FIELD_LIMIT = 150, 3000, 2000
"""Characters; Slack refuses the whole message when one part of it is longer."""

_CONTROL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    return check_webhook(address, KIND, "https://hooks.slack.com/services/T0000/B0000/XXXX")


def channel(http: GuardedHttp, timeout: HttpTimeout = TIMEOUT) -> OneRequest:
    return chat_webhook(KIND, http, document, says_ok, timeout=timeout)


def document(outgoing: Outgoing) -> dict[str, Any]:
    """`text` is what a notification shows."""
    post = post_of(outgoing)
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": fitted(post.headline, HEADER_LIMIT, _plain)}}
    ]
    if post.text:
        blocks.append({"type": "section", "text": _words(post.text, TEXT_LIMIT)})
    if post.facts:
        fields = [_words(fact.value, FIELD_LIMIT, f"*{_plain(fact.label)}*\n") for fact in post.facts]
        blocks.append({"type": "section", "fields": fields})
    if post.buttons:
        blocks.append({"type": "actions", "elements": [_button(label, url) for label, url in post.buttons]})
    if post.why_you:
        blocks.append({"type": "context", "elements": [_words(post.why_you, TEXT_LIMIT)]})
    return {"text": _plain(post.headline), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _words(text: str, limit: int, label: str = "") -> dict[str, Any]:
    """`verbatim`: Slack looks for no mentions, channels or addresses in it but those that are marked up, which ours
    alone are.
    """
    return {"type": "mrkdwn", "text": label + fitted(text, limit - len(label), _mrkdwn), "verbatim": True}


def _mrkdwn(text: str) -> str:
    return marked_up(text, _plain, lambda address: f"<{address.translate(_CONTROL)}>")


def _plain(text: str) -> str:
    """Slack's three control characters; a mention of everybody is `<!channel>`."""
    return text.translate(_CONTROL)


def _button(label: str, url: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": label}, "url": url}


SLACK = ChannelKind(KIND, check_address, over_http(lambda wires: channel(wires.http)), is_room=True)
