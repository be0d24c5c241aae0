"""Callbacks of a gateway in one's own rack, by our own small contract (docs/howto/sms.md, docs/howto/voice.md).

Places: `texts/<token>` and `calls/<token>`, where the signed address itself is the proof; `texts` for what people send
back, by the Bearer token of the settings.
"""

import hmac
from collections.abc import Mapping
from uuid import UUID

from tocsin.db.database import Database
from tocsin.delivery.keys import ack_links, callback_links, reply_key
from tocsin.delivery.reports import record_report
from tocsin.integrations.telephony import gateway_words as words
from tocsin.integrations.telephony.answers import spoken
from tocsin.integrations.telephony.script import script
from tocsin.kernel.asgi import key_from_authorization
from tocsin.paging import calls
from tocsin.paging.replies import answer_text
from tocsin.settings import Settings
from tocsin.surfaces.callbacks.call import Answer, Call, noted, refused, said, unproven

_JSON = "application/json"


class GatewayCallbacks:
    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._token = settings.gateway.token
        self._language = settings.voice.language
        self._links = ack_links(settings.secret_key, settings.public_url)
        self._callbacks = callback_links(settings.secret_key, settings.public_url)
        self._reply_key = reply_key(settings.secret_key)

    def refuse(self, call: Call) -> Answer | None:
        if call.place != "texts":
            return None if self._message_of(call)[1] else unproven(404, "this address belongs to no message of ours")
        if self._is_the_gateway(call.headers):
            return None
        return unproven(401, "texts need the token of TOCSIN_GATEWAY_TOKEN: Authorization: Bearer TOKEN")

    async def answer(self, call: Call) -> Answer:
        if call.place == "texts":
            return await self._take_text(call)
        place, delivery_id = self._message_of(call)
        assert delivery_id is not None, "refused before"
        fields = words.fields_of(call.headers.get("content-type", ""), call.body)
        if fields is None:
            return _not_understood()
        if place == words.TEXTS:
            return await self._note_text(delivery_id, fields)
        return await self._follow_call(delivery_id, fields)

    def _message_of(self, call: Call) -> tuple[str, UUID | None]:
        """What is told there, and of which message."""
        place, _, token = f"gateway/{call.place}".rpartition("/")
        return place, self._callbacks.read(place, token)

    async def _take_text(self, call: Call) -> Answer:
        fields = words.fields_of(call.headers.get("content-type", ""), call.body)
        if fields is None or "from" not in fields:
            return _not_understood()
        reply = await answer_text(self._db, self._links, self._reply_key, fields["from"], fields.get("text", ""))
        return said(_JSON, words.reply_of(reply))

    def _is_the_gateway(self, headers: Mapping[str, str]) -> bool:
        brought = key_from_authorization(headers.get("authorization", "").encode("latin-1")) or ""
        return self._token is not None and hmac.compare_digest(brought.encode(), self._token.encode())

    async def _note_text(self, delivery_id: UUID, fields: Mapping[str, str]) -> Answer:
        report = words.report_of_text(fields)
        if report is None:
            return refused(400, "status is delivered or failed")
        async with self._db.transaction() as tx:
            await record_report(tx, delivery_id, report)
        return noted()

    async def _follow_call(self, delivery_id: UUID, fields: Mapping[str, str]) -> Answer:
        if "key" in fields:
            return await self._press(delivery_id, fields["key"])
        why = words.end_of_call(fields)
        if why is None:
            return refused(400, "say key, or status: completed, busy, no-answer or failed")
        await calls.end(self._db, delivery_id, why, fields.get("id", ""))
        return noted()

    async def _press(self, delivery_id: UUID, key: str) -> Answer:
        heard = await calls.press(self._db, self._links, delivery_id, key)
        if heard is None:
            return refused(404, "this call belongs to no message of ours")
        if heard.again:
            text = " ".join(script(heard.purpose, heard.message, self._language).in_order())
        else:
            text = spoken(heard.answered, self._language)
        return said(_JSON, words.answer_to_key(words.Spoken(text, heard.again)))


def _not_understood() -> Answer:
    return refused(400, "send JSON or a form with the fields of docs/howto/voice.md")
