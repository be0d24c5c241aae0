"""Texts that people send back: which page they mean, what becomes of it, and what they are told.

A number may be forged, so that a code is needed, which only the text of that page gave to that number; wrong ones are
counted. What is stored of a text is what it did.
"""

from tocsin.accounts import attempts
from tocsin.delivery import answering
from tocsin.delivery.answering import KIND, SentTo
from tocsin.delivery.keys import AckLinks, reply_code
from tocsin.delivery.model import Delivery
from tocsin.kernel.phone_numbers import parse_phone_number
from tocsin.kernel.tx import Transactions
from tocsin.paging.answered import words_of
from tocsin.paging.by_delivery import Answer, answer_all
from tocsin.paging.reply_rules import HELP, Meaning, Reply, read_reply

STOPPED = "You get no texts from Tocsin any more. Send yourself a test from your page there to get them again."
STARTED = "To get texts again, send yourself a test from your page in Tocsin and answer it."
NO_CODE = "Which page? Answer with the code of its text: 4 1234."
WRONG = "No page to this number has that code, or its time is over. Open the link of the text, or sign in."
TOO_OFTEN = "Too many wrong codes. Open the link of the text, or sign in."

_ANSWERS = {Meaning.TAKE: Answer.TAKE, Meaning.NEXT: Answer.NEXT}


async def answer_text(db: Transactions, links: AckLinks, key: bytes, number: str, text: str) -> str:
    """What to send back to this number, empty for a number that is nobody's here: a stranger learns nothing.

    `key` is that of `delivery.keys.reply_key`.
    """
    try:
        number = parse_phone_number(number)
    except ValueError:
        return ""
    async with db.connection() as conn:
        sent = await answering.find_sent_to(conn, number, db.clock.now() - links.life)
    if sent is None:
        return ""
    reply = read_reply(text)
    if reply.meaning is Meaning.STOP:
        return await _stop(db, sent)
    if reply.meaning is Meaning.START:
        return STARTED
    if reply.meaning not in _ANSWERS:
        return HELP
    if not reply.code:
        return NO_CODE
    return await _answer(db, links, key, number, sent, reply)


async def _stop(db: Transactions, sent: SentTo) -> str:
    async with db.transaction() as tx:
        await answering.stop(tx, sent, "its owner has answered STOP")
    return STOPPED


async def _answer(db: Transactions, links: AckLinks, key: bytes, number: str, sent: SentTo, reply: Reply) -> str:
    meant = _meant(sent, key, number, reply.code)
    if meant is None:
        async with db.transaction() as tx:
            is_too_often = await attempts.is_one_code_too_many(tx, _subject(sent))
        return TOO_OFTEN if is_too_often else WRONG
    async with db.connection() as conn:
        if await attempts.has_tried_too_many_codes(conn, _subject(sent), db.clock.now()):
            return TOO_OFTEN
        together = await answering.list_together(conn, meant)
    named = answering.answerable(together)
    return words_of(await answer_all(db, links, named, _ANSWERS[reply.meaning], KIND))


def _subject(sent: SentTo) -> str:
    """Whose codes are guessed, as the counter names it."""
    return f"contact {min(sent.contacts)}"


def _meant(sent: SentTo, key: bytes, number: str, code: str) -> Delivery | None:
    """The newest with this code: two of the last day that share one are rarer than one in a thousand."""
    return next((each for each in sent.answerable if reply_code(key, each.id, number) == code), None)
