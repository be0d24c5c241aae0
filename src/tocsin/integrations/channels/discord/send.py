"""Discord by a webhook: an embed below the headline, and nothing that rings a room. The page that was posted is edited
when somebody has it or it is over, so that a channel does not fill with messages about what is done.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from yarl import URL

from tocsin.delivery.model import Outgoing, Receipt
from tocsin.integrations.channels.chat import colour, fitted, is_edit, marked_up, post_of, ref_to_edit
from tocsin.integrations.channels.chat_markdown import body, unbracketed, without_mentions
from tocsin.integrations.channels.chat_webhook import check_webhook
from tocsin.integrations.channels.definition import ChannelKind, over_http
from tocsin.integrations.channels.one_request import JSON, TIMEOUT, host_and_port, read_answer, receipt_of
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, failure_of

KIND = "discord"
TEXT_LIMIT, WHY_LIMIT, NAME_LIMIT, VALUE_LIMIT = 1800, 300, 80, 250
"""Characters; with ten facts and the links below the 6 000 that Discord takes in all embeds of a message."""

_MARKS = re.compile(r"([\\`*_~|#<>])")


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    return check_webhook(address, KIND, "https://discord.com/api/webhooks/1234/xxxx")


class DiscordChannel:
    """Serves `delivery.ports.Channel`. An address may end with `?thread_id=…`, of a thread or a post in a forum."""

    kind = KIND

    def __init__(self, http: GuardedHttp, timeout: HttpTimeout = TIMEOUT) -> None:
        self._http = http
        self._timeout = timeout
        self.timeout = timedelta(seconds=timeout.total + 0.5)

    def endpoint(self, address: str) -> str:
        return host_and_port(address)

    async def send(self, outgoing: Outgoing) -> Receipt:
        """A POST, or a PATCH of the page before it; where that was deleted, a POST after all, in the other half of
        the time.
        """
        if not is_edit(outgoing):
            return self._receipt(await self._post(outgoing, self._timeout), outgoing)
        half = replace(self._timeout, total=self._timeout.total / 2)
        answer = await self._ask("PATCH", _message_url(outgoing), outgoing, half)
        if answer.status == 404:
            answer = await self._post(outgoing, half)
        return self._receipt(answer, outgoing)

    async def _post(self, outgoing: Outgoing, timeout: HttpTimeout) -> HttpAnswer:
        """`wait`: Discord answers when the message is stored, and with its id."""
        return await self._ask("POST", parse_url(outgoing.address).update_query(wait="true"), outgoing, timeout)

    async def _ask(self, method: str, url: URL, outgoing: Outgoing, timeout: HttpTimeout) -> HttpAnswer:
        body = msgspec.json.encode(document(outgoing))
        return await self._http.request(method, str(url), headers=JSON, body=body, timeout=timeout)

    def _receipt(self, answer: HttpAnswer, outgoing: Outgoing) -> Receipt:
        peer = self.endpoint(outgoing.address)
        failure = failure_of(answer, peer, outgoing.now)
        if failure:
            failure.retry_after = _retry_after(answer, outgoing.now) or failure.retry_after
            raise failure
        stored = read_answer(answer, _Stored, peer, "Discord")
        return receipt_of(answer, f"message {stored.id}", ref_to_edit(outgoing, stored.id))


def _message_url(outgoing: Outgoing) -> URL:
    """Of the page that is to be edited, in the same thread."""
    url = parse_url(outgoing.address)
    return url.with_path(f"{url.path.rstrip('/')}/messages/{outgoing.earlier_ref}", keep_query=True)


def document(outgoing: Outgoing) -> dict[str, Any]:
    post = post_of(outgoing)
    fields = [
        {
            "name": fitted(fact.label, NAME_LIMIT, _markdown),
            "value": fitted(fact.value, VALUE_LIMIT, _markdown),
            "inline": True,
        }
        for fact in post.facts
    ]
    description = body(post, _markdown, limit=TEXT_LIMIT, why_limit=WHY_LIMIT)
    embed = {"description": description, "color": colour(outgoing), "fields": fields}
    return {
        "content": f"**{_markdown(post.headline)}**",
        "embeds": [embed],
        "allowed_mentions": {"parse": []},
    }


def _markdown(text: str) -> str:
    return marked_up(text, _escaped, lambda address: address)


def _escaped(text: str) -> str:
    """Mentions and times of Discord's own begin with `<`."""
    return without_mentions(_MARKS.sub(r"\\\1", unbracketed(text)))


class _Stored(msgspec.Struct):
    id: str


class _Limited(msgspec.Struct):
    retry_after: float


def _retry_after(answer: HttpAnswer, now: datetime) -> datetime | None:
    """Discord says in the body of a 429 to the millisecond when it takes the next one, None: it does not."""
    if answer.status != 429:
        return None
    try:
        seconds = msgspec.json.decode(answer.body, type=_Limited).retry_after
    except msgspec.DecodeError:
        return None
    return now + timedelta(seconds=seconds) if 0 <= seconds < 86_400 else None


DISCORD = ChannelKind(KIND, check_address, over_http(lambda wires: DiscordChannel(wires.http)), is_room=True)
