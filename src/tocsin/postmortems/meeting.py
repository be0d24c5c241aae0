"""The meeting about a postmortem (PMT-7): what is talked about for how long, and what the facilitator says when it
turns to blame. Pure, made of the text as it is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.postmortems.publishing import open_questions

LENGTH = timedelta(hours=1)
_MOST_FOR_QUESTIONS = 15
_LONG_TIMELINE = 12
_TIMELINE_ROW = "| 20"
"""How a row of the timeline begins, and of a list of it; years have four digits."""
_TIMELINE_ITEM = "- 20"


class AgendaItem(msgspec.Struct, frozen=True):
    """One part of the meeting, with what to do in it."""

    title: str
    minutes: int
    hint: str


class Planned(msgspec.Struct, frozen=True):
    """The meeting as it stands; `starts_at` None: there is no appointment; `invited` are names."""

    agenda: tuple[AgendaItem, ...]
    starts_at: datetime | None
    invited: tuple[str, ...]


class Turn(msgspec.Struct, frozen=True):
    """`heard` is what somebody says, `say` what leads back to the system, `why` it does."""

    heard: str
    say: str
    why: str


def agenda(body: str, action_items: int) -> tuple[AgendaItem, ...]:
    """Sixty minutes. Open questions take time from the causes; a long timeline is told, not read aloud."""
    questions = open_questions(body)
    for_questions = min(3 * len(questions), _MOST_FOR_QUESTIONS)
    for_timeline = 15 if _count_timeline(body) > _LONG_TIMELINE else 10
    items = [
        AgendaItem("Begin", 5, "Everybody has read the text. Read the ground rules aloud; name who writes along."),
        AgendaItem("What happened", for_timeline, "Who was there tells it: what is wrong or missing, no causes yet."),
    ]
    if questions:
        many = "The open question" if len(questions) == 1 else f"The {len(questions)} open questions"
        items.append(AgendaItem("Open questions", for_questions, f"{many} of the text. Not known is an answer, too."))
    spent = sum(item.minutes for item in items) + 15 + 5
    items += [
        AgendaItem("Why it could happen", 60 - spent, "Contributing factors: what made it likely, long, hard to see?"),
        AgendaItem("What we change", 15, _about_actions(action_items)),
        AgendaItem("End", 5, "Who finishes the text, and by when. Thank those who told what they saw."),
    ]
    return tuple(items)


def _about_actions(count: int) -> str:
    known = {0: "None is written down yet.", 1: "One is written down."}.get(count, f"{count} are written down.")
    return f"{known} Each has one owner, a day, and a way to tell that it is done; better few that happen."


def _count_timeline(body: str) -> int:
    return sum(line.startswith((_TIMELINE_ROW, _TIMELINE_ITEM)) for line in body.splitlines())


def agenda_lines(items: Sequence[AgendaItem]) -> list[str]:
    """ "0:05 What happened (10 min)", one line each: for an invitation."""
    lines: list[str] = []
    begins = 0
    for item in items:
        lines.append(f"{begins // 60}:{begins % 60:02} {item.title} ({item.minutes} min)")
        begins += item.minutes
    return lines


GROUND_RULES = (
    "Everybody did what made sense to them with what they knew and had at that time.",
    "We ask how and what, not who and why didn't you.",
    "Hindsight is not evidence: we judge what could be seen then.",
    "We look for what in tools, alarms, words and ways of working made it likely or made it long.",
    "Whoever tells of a slip of their own does us a service, and nothing that is said here is used against anybody.",
)

TURNS = (
    Turn(
        "“You should have checked that first.”",
        "What did you see at that moment, and what did it make you expect?",
        "It turns a judgement by hindsight into a fact about what could be seen.",
    ),
    Turn(
        "“Why didn't anybody notice?”",
        "What would have had to be different for it to be noticed?",
        "Why-didn't asks for an excuse, what-would asks for a change.",
    ),
    Turn(
        "“It was human error.”",
        "The slip is where we begin. What made it easy to make, and hard to see?",
        "Human error is a symptom: the next person stands before the same tool.",
    ),
    Turn(
        "“Bob broke it with his deploy.”",
        "Let us say: the deploy of 14:18. What let it reach everybody at once?",
        "The sentence stays true without the name, and the name fixes nothing.",
    ),
    Turn(
        "“It was my fault, sorry.”",
        "Thank you for telling. What was it that made it the sensible thing to do?",
        "Guilt ends the telling; we need the details that only this person has.",
    ),
    Turn(
        "“We must be more careful.”",
        "What will be different on a day when nobody can be careful?",
        "Care is no action item: nobody can check it, and it is gone at three in the morning.",
    ),
    Turn(
        "“That team never answers.”",
        "When did we ask, by which way, and what did they see of it?",
        "It leads from a habit of people to a path of messages, which can be mended.",
    ),
    Turn(
        "“Everybody knows that you do not do that.”",
        "Where is it written, and how does it reach somebody on their first shift?",
        "What everybody knows is what nobody checks.",
    ),
    Turn(
        "“Luckily Carol saved us.”",
        "What did Carol know or have that the next person will not?",
        "A hero is a gap in tools or documentation with a good ending.",
    ),
    Turn(
        "Two people argue about what was said.",
        "The record shows it; let us mark it as a question and go on.",
        "The timeline decides, not the memory, and not the rank.",
    ),
    Turn(
        "Silence, or only the most senior person speaks.",
        "Let us go round: one thing each that surprised you.",
        "Those who were closest to it speak last when rank speaks first.",
    ),
)
