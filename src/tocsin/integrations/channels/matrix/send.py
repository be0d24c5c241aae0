"""Matrix: a message to a room through the homeserver's client API, by the access token of a user who is in it. The room
must not be encrypted: what is sent here is not. The page that was posted is edited when somebody has it or it is over.
"""

from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from yarl import URL

from tocsin.delivery.model import Outgoing, Receipt
from tocsin.integrations.channels.chat import Post, is_edit, marked_up, plain, post_of, ref_to_edit
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.one_request import (
    JSON,
    TIMEOUT,
    OneRequest,
    Request,
    check_url,
    read_answer,
    receipt_of,
)
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer
from tocsin.kernel.outbound import FailureReason, SendFailed

KIND = "matrix"
EXAMPLE = "https://:ACCESS_TOKEN@matrix.example.com/!room:example.com"


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    return check_url(address, "Matrix room", f"Write it as {EXAMPLE}.", KIND, _room, _token)


def channel(http: GuardedHttp, timeout: HttpTimeout = TIMEOUT) -> OneRequest:
    """An address is that of the homeserver, with the access token in front of the host and the internal id of the room
    as its path.
    """
    return OneRequest(KIND, http, _request, _receipt, timeout, _retry_after)


def _request(outgoing: Outgoing) -> Request:
    """The delivery's id is the transaction, by which the homeserver drops a second copy (REL-2)."""
    url = parse_url(outgoing.address)
    headers = {**JSON, "Authorization": f"Bearer {_token(url)}"}
    return Request(_place(url, outgoing), headers, msgspec.json.encode(document(outgoing)), "PUT")


def document(outgoing: Outgoing) -> dict[str, Any]:
    """The message, or what takes the place of an earlier one; clients that cannot edit show the outer part."""
    said = _said(outgoing)
    if not is_edit(outgoing):
        return said
    replaces = {"rel_type": "m.replace", "event_id": outgoing.earlier_ref}
    return {**said, "body": f"* {said['body']}", "m.new_content": said, "m.relates_to": replaces}


def _said(outgoing: Outgoing) -> dict[str, Any]:
    """`m.mentions` empty: nobody is mentioned, whatever the text says (Matrix 1.7)."""
    post = post_of(outgoing)
    return {
        "msgtype": "m.text",
        "body": plain(post),
        "format": "org.matrix.custom.html",
        "formatted_body": _html(post),
        "m.mentions": {},
    }


def _html(post: Post) -> str:
    """Only tags of our own; whatever a stranger wrote is text in it."""
    facts = "".join(f"<li><b>{escape(fact.label)}:</b> {_words(fact.value)}</li>" for fact in post.facts)
    links = " · ".join(f'<a href="{escape(url)}">{escape(label)}</a>' for label, url in post.buttons)
    parts = [
        f"<p><b>{_words(post.headline)}</b></p>",
        f"<p>{_words(post.text).replace(chr(10), '<br>')}</p>" if post.text else "",
        f"<ul>{facts}</ul>" if facts else "",
        f"<p><i>{_words(post.why_you)}</i></p>" if post.why_you else "",
        f"<p>{links}</p>" if links else "",
    ]
    return "".join(parts)


def _words(text: str) -> str:
    return marked_up(text, escape, lambda address: f'<a href="{escape(address)}">{escape(address)}</a>')


def _place(url: URL, outgoing: Outgoing) -> str:
    base = str(url.with_user(None).with_path("/").with_query(None))
    return f"{base}_matrix/client/v3/rooms/{quote(_room(url), safe='')}/send/m.room.message/{outgoing.id}"


def _room(url: URL) -> str:
    room = unquote(url.raw_path.removeprefix("/"))
    if url.fragment or room.startswith("#"):
        raise SendFailed(
            FailureReason.REJECTED, "it names an alias; the id of a room begins with ! and stands in its settings"
        )
    if not room.startswith("!") or "/" in room or len(room) < 2:
        raise SendFailed(FailureReason.REJECTED, "its path must be the id of a room, which begins with !")
    return room


def _token(url: URL) -> str:
    if not url.password:
        raise SendFailed(FailureReason.REJECTED, "the access token is missing in front of the host")
    return url.password


class _Stored(msgspec.Struct):
    event_id: str


def _receipt(answer: HttpAnswer, peer: str, outgoing: Outgoing) -> Receipt:
    """An edit is an event of its own, yet what is edited again later is the first."""
    stored = read_answer(answer, _Stored, peer, "a homeserver")
    first = outgoing.earlier_ref if is_edit(outgoing) else stored.event_id
    return receipt_of(answer, stored.event_id, ref_to_edit(outgoing, first))


class _Limited(msgspec.Struct):
    retry_after_ms: float


def _retry_after(answer: HttpAnswer, now: datetime) -> datetime | None:
    """Homeservers that send no `Retry-After` yet say it in the body of a 429."""
    if answer.status != 429:
        return None
    try:
        seconds = msgspec.json.decode(answer.body, type=_Limited).retry_after_ms / 1000
    except msgspec.DecodeError:
        return None
    return now + timedelta(seconds=seconds) if 0 <= seconds < 86_400 else None


MATRIX = ChannelKind(KIND, check_address, over_http(lambda wires: channel(wires.http)), is_room=True)
