"""What a call says to whoever has pressed a key: what that has done, in the language of the call. Pure."""

from collections.abc import Sequence

from tocsin.integrations.telephony.phrases import LANGUAGES, Phrases
from tocsin.paging.answered import Answered, Did, grouped


def spoken(answered: Sequence[Answered], language: str) -> str:
    """A sentence for each outcome; thanks where the key only confirmed."""
    words = LANGUAGES[language]
    said = (_sentence(outcome, refs, words) for outcome, refs in grouped(answered))
    return " ".join(said) or words.noted


def named(refs: Sequence[str], words: Phrases) -> str:
    """ "incident 1", "incidents 1, 2 and 3": by their numbers, as they were read out."""
    numbers = [ref.rpartition("-")[2] for ref in refs]
    if len(numbers) < 2:
        return words.one.format(number="".join(numbers))
    return words.several.format(first=", ".join(numbers[:-1]), last=numbers[-1])


def _sentence(outcome: Answered, refs: Sequence[str], words: Phrases) -> str:
    what = named(refs, words)
    match outcome.did:
        case Did.PROVEN:
            return words.proven
        case Did.TAKEN:
            return words.taken.format(what=what)
        case Did.HELPS:
            return words.helps.format(holder=outcome.holder, what=what)
        case Did.DECLINED:
            return words.declined.format(what=what)
        case Did.NOTHING:
            return words.nothing.format(what=what) if refs else words.used
