"""What a call says: what is broken, how bad, since when, twice, and which keys there are (PAG-12). Pure.

The keys are those that people know from other pagers: 4 takes it, 5 says it again, 6 calls the next person.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tocsin.delivery.model import Line, MessageView, Purpose
from tocsin.delivery.wording import spoken_time
from tocsin.integrations.telephony.phrases import LANGUAGES, Phrases
from tocsin.kernel.text import one_line

TAKE, AGAIN, DECLINE = "4", "5", "6"
_TITLE, _WHAT = 160, 240
"""Characters that are read out: a call is listened to half asleep."""
_MOST_TOLD = 5


class Script(NamedTuple):
    """Sentences with a pause after each; `keys` are those that the menu names."""

    language: str
    greeting: str
    facts: tuple[str, ...]
    menu: tuple[str, ...]
    nobody: str
    keys: str

    def in_order(self) -> tuple[str, ...]:
        """All of it as it is read out: the facts twice."""
        return (self.greeting, *self.facts, *self.facts, *self.menu)


def script(purpose: Purpose, message: MessageView, language: str) -> Script:
    words = LANGUAGES[language]
    if message.gives_code:
        return Script(language, words.greeting, _code(message), (words.heard,), words.nobody, TAKE)
    menu, keys = _menu(purpose, message, words)
    return Script(language, words.greeting, _facts(purpose, message, words), menu, words.nobody, keys)


def _facts(purpose: Purpose, message: MessageView, words: Phrases) -> tuple[str, ...]:
    if message.pages:
        return _of_pages(message.pages, words)
    number = message.incident_ref.rpartition("-")[2]
    parts = (
        words.is_test if purpose is Purpose.TEST else "",
        words.incident.format(number=number) if number else "",
        _sentence(_spelt(message.severity)),
        _sentence(one_line(_title(message), _TITLE)),
        _sentence(one_line(message.what, _WHAT)),
        words.since.format(time=spoken_time(message.since, message.time_zone)) if message.since else "",
    )
    return tuple(part for part in parts if part)


def _of_pages(pages: Sequence[Line], words: Phrases) -> tuple[str, ...]:
    """Each by its number and title, as many as somebody keeps in mind; of the others the numbers, for keys are for
    all of them."""
    count = (words.paged_for.format(count=len(pages)),) if len(pages) > 1 else ()
    told = (f"{_numbered(page, words)} {_sentence(page.value)}" for page in pages[:_MOST_TOLD])
    return (*count, *told, *(_numbered(page, words) for page in pages[_MOST_TOLD:]))


def _numbered(page: Line, words: Phrases) -> str:
    return words.incident.format(number=page.label.rpartition("-")[2])


def _code(message: MessageView) -> tuple[str, ...]:
    """Figure by figure. It is derived at the send and stored nowhere, so that it cannot be said once more by a key."""
    return tuple(part for line in message.lines[:1] for part in (f"{line.label}.", f"{' '.join(line.value)}."))


def _menu(purpose: Purpose, message: MessageView, words: Phrases) -> tuple[tuple[str, ...], str]:
    if len(message.pages) > 1:
        return (words.take_all, words.again, words.decline_all), TAKE + AGAIN + DECLINE
    if not (message.can_acknowledge or message.pages):
        return (words.heard, words.again), TAKE + AGAIN
    if purpose is Purpose.TEST:
        return (words.take_test, words.again), TAKE + AGAIN
    return (words.take, words.again, words.decline), TAKE + AGAIN + DECLINE


def _title(message: MessageView) -> str:
    """A code is read digit by digit, slowly enough to be typed."""
    title = message.subject or message.title
    code = message.lines[0].value if message.gives_code and message.lines else ""
    return title.replace(code, ", ".join(code)) if code else title


def _spelt(severity: str) -> str:
    """ "SEV-2" is read as a word and a number."""
    return severity.replace("SEV-", "Severity ")


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
