"""Twilio's callbacks: what became of a text, and what people answer. The signature is checked before anything is read.

Places: `texts` for those that come in; `texts/<token>`, `calls/<token>` and `keys/<token>` for one message of ours.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl
from uuid import UUID

from tocsin.db.database import Database
from tocsin.delivery.keys import ack_links, callback_links, reply_key
from tocsin.delivery.reports import record_report
from tocsin.integrations.telephony import twilio_words as words
from tocsin.integrations.telephony import twiml
from tocsin.integrations.telephony.answers import spoken
from tocsin.integrations.telephony.script import script
from tocsin.integrations.telephony.signatures import SCHEME, SIGNATURE, can_check, is_of_twilio
from tocsin.paging import calls
from tocsin.paging.replies import answer_text
from tocsin.settings import Settings
from tocsin.surfaces.callbacks.call import Answer, Call, noted, refused, said, unproven

_MOST_FIELDS = 100


class TwilioCallbacks:
    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._account = settings.twilio
        self._links = ack_links(settings.secret_key, settings.public_url)
        self._callbacks = callback_links(settings.secret_key, settings.public_url)
        self._language = settings.voice.language
        self._reply_key = reply_key(settings.secret_key)

    def refuse(self, call: Call) -> Answer | None:
        if not can_check(self._account):
            return unproven(404, "Twilio is not set up here: set TOCSIN_TWILIO_AUTH_TOKEN")
        return None if call.headers.get(SIGNATURE) else _forged()

    async def answer(self, call: Call) -> Answer:
        form = _form_of(call.body)
        if form is None:
            return unproven(400, "this is not a form of Twilio's")
        signature = call.headers.get(SIGNATURE, "")
        if not is_of_twilio(self._account, call.url, form, signature, call.headers.get(SCHEME, "")):
            return _forged()
        return await self._trusted(call, dict(form))

    async def _trusted(self, call: Call, form: dict[str, str]) -> Answer:
        if call.place == "texts":
            text = form.get("Body", "")
            reply = await answer_text(self._db, self._links, self._reply_key, form.get("From", ""), text)
            return said(twiml.CONTENT_TYPE, twiml.message(reply))
        place, _, token = f"twilio/{call.place}".rpartition("/")
        delivery_id = self._callbacks.read(place, token)
        if delivery_id is None:
            return refused(404, "this address belongs to no message of ours")
        match place:
            case words.TEXTS:
                return await self._note_text(delivery_id, form)
            case words.CALLS:
                return await self._note_end(delivery_id, form)
            case _:
                return await self._press(delivery_id, call.url, form)

    async def _note_text(self, delivery_id: UUID, form: Mapping[str, str]) -> Answer:
        report = words.report_of_text(form)
        if report is not None:
            async with self._db.transaction() as tx:
                await record_report(tx, delivery_id, report)
        return noted()

    async def _note_end(self, delivery_id: UUID, form: Mapping[str, str]) -> Answer:
        why = words.end_of_call(form)
        if why is not None:
            await calls.end(self._db, delivery_id, why, form.get("CallSid", ""))
        return noted()

    async def _press(self, delivery_id: UUID, url: str, form: Mapping[str, str]) -> Answer:
        heard = await calls.press(self._db, self._links, delivery_id, form.get("Digits", ""))
        if heard is None:
            return refused(404, "this call belongs to no message of ours")
        if heard.again:
            again = script(heard.purpose, heard.message, self._language)
            return said(twiml.CONTENT_TYPE, twiml.call(again, url).encode())
        told = spoken(heard.answered, self._language)
        return said(twiml.CONTENT_TYPE, twiml.goodbye(told, self._language))


def _forged() -> Answer:
    return unproven(
        403, "the signature does not fit: TOCSIN_TWILIO_AUTH_TOKEN or TOCSIN_PUBLIC_URL is not what Twilio has"
    )


def _form_of(body: bytes) -> Sequence[tuple[str, str]] | None:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        return None
