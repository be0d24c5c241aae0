"""Google Chat by a webhook of a space: a card, and one thread for each incident. It cannot edit what it has posted."""

import hashlib
from html import escape
from typing import Any

import msgspec

from tocsin.delivery.model import Outgoing, Receipt
from tocsin.integrations.channels.chat import fitted, marked_up, post_of
from tocsin.integrations.channels.chat_webhook import chat_webhook, check_webhook
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.one_request import TIMEOUT, OneRequest, read_answer, receipt_of
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer

KIND = "google-chat"
TEXT_LIMIT, VALUE_LIMIT = 4000, 1000
"""Characters; with ten facts far below the 32 000 bytes of a message."""

_NO_MENTION = str.maketrans({"<": "‹", ">": "›"})


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    return check_webhook(address, KIND, "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=…&token=…")


def channel(http: GuardedHttp, timeout: HttpTimeout = TIMEOUT) -> OneRequest:
    return chat_webhook(KIND, http, document, receipt, place=place, timeout=timeout)


def place(outgoing: Outgoing) -> str:
    """What is about the same incident goes into its thread, where the space has threads."""
    thread = hashlib.sha256(outgoing.topic.encode()).hexdigest()[:32]
    reply = "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
    return str(parse_url(outgoing.address).update_query(threadKey=thread, messageReplyOption=reply))


def document(outgoing: Outgoing) -> dict[str, Any]:
    """`fallbackText` is what a notification shows. Headline and labels are plain text to Google."""
    post = post_of(outgoing)
    widgets: list[dict[str, Any]] = []
    if post.text:
        widgets.append({"textParagraph": {"text": fitted(post.text, TEXT_LIMIT, _html)}})
    widgets += [
        {
            "decoratedText": {
                "topLabel": fact.label.translate(_NO_MENTION),
                "text": fitted(fact.value, VALUE_LIMIT, _html),
                "wrapText": True,
            }
        }
        for fact in post.facts
    ]
    if post.why_you:
        widgets.append({"textParagraph": {"text": f"<i>{fitted(post.why_you, VALUE_LIMIT, _html)}</i>"}})
    if post.buttons:
        buttons = [{"text": label, "onClick": {"openLink": {"url": url}}} for label, url in post.buttons]
        widgets.append({"buttonList": {"buttons": buttons}})
    headline = post.headline.translate(_NO_MENTION)
    card: dict[str, Any] = {"header": {"title": headline}}
    if widgets:
        card["sections"] = [{"widgets": widgets}]
    return {"fallbackText": headline, "cardsV2": [{"cardId": str(outgoing.id), "card": card}]}


def _html(text: str) -> str:
    """The little HTML of cards."""
    return marked_up(text, escape, lambda address: f'<a href="{escape(address)}">{escape(address)}</a>')


class _Stored(msgspec.Struct):
    name: str


def receipt(answer: HttpAnswer, peer: str) -> Receipt:
    return receipt_of(answer, read_answer(answer, _Stored, peer, "Google Chat").name)


GOOGLE_CHAT = ChannelKind(KIND, check_address, over_http(lambda wires: channel(wires.http)), is_room=True)
