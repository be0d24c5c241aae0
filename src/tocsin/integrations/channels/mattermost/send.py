"""Mattermost by an incoming webhook, in its Markdown. The message keeps the name that the webhook has there. It cannot
edit what it has posted.
"""

import re
from typing import Any

from tocsin.delivery.model import Outgoing
from tocsin.integrations.channels.chat import colour, fitted, marked_up, post_of
from tocsin.integrations.channels.chat_markdown import body, unbracketed, without_mentions
from tocsin.integrations.channels.chat_webhook import chat_webhook, check_webhook, says_ok
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.one_request import TIMEOUT, OneRequest
from tocsin.kernel.http import GuardedHttp, HttpTimeout

KIND = "mattermost"
TEXT_LIMIT, WHY_LIMIT, VALUE_LIMIT = 2500, 800, 600
"""Characters; with the links below the 4 000 of a post that every version takes."""

_MARKS = re.compile(r"([\\`*_~|#])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    return check_webhook(address, KIND, "https://chat.example.com/hooks/xxxx")


def channel(http: GuardedHttp, timeout: HttpTimeout = TIMEOUT) -> OneRequest:
    return chat_webhook(KIND, http, document, says_ok, timeout=timeout)


def document(outgoing: Outgoing) -> dict[str, Any]:
    """`text` is what a notification shows; the rest is an attachment."""
    post = post_of(outgoing)
    fields = [
        {"short": True, "title": _markdown(fact.label), "value": fitted(fact.value, VALUE_LIMIT, _markdown)}
        for fact in post.facts
    ]
    attachment = {
        "color": f"#{colour(outgoing):06x}",
        "text": body(post, _markdown, limit=TEXT_LIMIT, why_limit=WHY_LIMIT),
        "fields": fields,
    }
    return {"text": f"**{_markdown(post.headline)}**", "attachments": [attachment]}


def _markdown(text: str) -> str:
    return marked_up(text, _escaped, lambda address: address)


def _escaped(text: str) -> str:
    """`<` and `>` as entities: Mattermost reads Slack's `<!channel>` and `<address|words>` before its Markdown."""
    return without_mentions(_MARKS.sub(r"\\\1", unbracketed(text).translate(_ENTITIES)))


MATTERMOST = ChannelKind(KIND, check_address, over_http(lambda wires: channel(wires.http)), is_room=True)
