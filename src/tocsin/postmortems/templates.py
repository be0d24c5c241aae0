"""The kinds of causes that a postmortem has its own questions for (PMT-2), as data. Pure.

They are those of `incidents.causes`; what is asked is never answered here: an idea for prevention is a question too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from tocsin.incidents.causes import CauseCategory
from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import one_line

MAX_TITLE = 100
MAX_QUESTION = 300
"""Characters."""
MOST_QUESTIONS = 20
"""Of each of the three lists."""


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """`questions` are asked about the root cause, `factors` about what contributed, `prevention` about what could keep
    it from coming back. `managed_by` is the file of the configuration that it stands in; None: it ships.
    """

    name: str
    title: str
    questions: tuple[str, ...]
    factors: tuple[str, ...]
    prevention: tuple[str, ...]
    managed_by: str | None = None


GENERAL = Template(
    name="general",
    title="Any cause",
    questions=("What in the system made this failure possible?",),
    factors=("What else had to be true at the same time for it to become an incident?",),
    prevention=("Which one change would have kept this from happening, and which would have made it smaller?",),
)

SHIPPED: tuple[Template, ...] = (
    Template(
        name=CauseCategory.DEPLOYMENT,
        title="A new version",
        questions=(
            "Which version was deployed when, and what did it change?",
            "What did tests, review and staging show, and what kept them from showing this?",
            "When was it rolled back, and what did the way back wait for?",
        ),
        factors=(
            "Did the deployment reach everybody at once, or a few first?",
            "Did it come together with a migration, a flag or another deployment?",
            "Did monitoring compare the new version with the old one?",
        ),
        prevention=(
            "Would a canary with an automatic way back have ended it?",
            "Which test would fail today for what went wrong?",
            "Can the same change be deployed in steps that can each be taken back?",
        ),
    ),
    Template(
        name=CauseCategory.RESOURCE_EXHAUSTION,
        title="Something ran out",
        questions=(
            "Which resource ran out – memory, disk, connections, file handles, a quota – and where is its limit set?",
            "Since when was it growing, and what made it grow?",
            "What freed it, and for how long does that hold?",
        ),
        factors=(
            "Was there an alert before the limit, and how long before?",
            "Did retries or restarts use up more of it?",
            "Do several parts share the resource without shares of their own?",
        ),
        prevention=(
            "Which alert on its trend would have left a working day to act?",
            "Is there a limit for each user of the resource, so that one cannot starve the others?",
            "Does a test under load run long enough to show a leak?",
        ),
    ),
    Template(
        name=CauseCategory.DEPENDENCY_FAILURE,
        title="Something that we depend on",
        questions=(
            "Which dependency failed, in which way – away, slow, wrong answers – and who runs it?",
            "How did we learn of it, and when did they?",
            "What did our service do without it, and what should it do?",
        ),
        factors=(
            "Which time-outs, retries and circuit breakers stood in between, and what did they do?",
            "Did we know that this dependency is needed for this function?",
            "Does what they promise fit what we promise?",
        ),
        prevention=(
            "Can the function be served without it – from a cache, later, or with less?",
            "Which check would tell the dependency's failure from one of our own?",
            "When was it last tried out what happens without it?",
        ),
    ),
    Template(
        name=CauseCategory.CONFIGURATION,
        title="A setting",
        questions=(
            "Which setting had which value, and which one was meant?",
            "How did the value get there, and what looked at it on the way?",
            "Why did the program accept it?",
        ),
        factors=(
            "Did it apply everywhere at once?",
            "Was the difference between environments known?",
            "Could one see which configuration was active?",
        ),
        prevention=(
            "Which validation would have refused the value?",
            "Can settings be rolled out in steps, and back, as code is?",
            "Is there a default that is safe?",
        ),
    ),
    Template(
        name=CauseCategory.CAPACITY,
        title="More load than room",
        questions=(
            "How much load came, how much was there room for, and when was that last measured?",
            "Where did the load come from, and was it expected by anybody?",
            "Which part was full first?",
        ),
        factors=(
            "Did scaling begin in time, and what limited it?",
            "Did clients make it worse by trying again?",
            "Was load shed, and was it the right load?",
        ),
        prevention=(
            "How much headroom is wanted, and which alert says that it is used up?",
            "What shall be refused first when there is too much?",
            "Who tells us of the next event of this size, and when?",
        ),
    ),
    Template(
        name=CauseCategory.SECURITY,
        title="Somebody meant harm, or could have done it",
        questions=(
            "Which way in was used, and since when was it open?",
            "What was read, changed or taken, and how do we know?",
            "Which credentials have to be replaced, and which are?",
        ),
        factors=(
            "Which permission was wider than its use?",
            "Which log would have shown it earlier, and who reads that?",
            "Who had to be told – customers, authorities, partners – by when, and were they?",
        ),
        prevention=(
            "Which control would have stopped it, and which would have shown it?",
            "Where else is the same way open?",
            "Is evidence kept so that it stands up later?",
        ),
    ),
)


def known_templates(own: Iterable[Template] = ()) -> dict[str, Template]:
    """By name: the general one, those that ship, and one's own, which may take the place of one that ships.

    What one's own does not ask is asked as the one in whose place it stands does, or else the general one.
    """
    known = {each.name: each for each in (GENERAL, *SHIPPED)}
    return known | {each.name: _filled_up(each, known.get(each.name, GENERAL)) for each in own}


def read_template(name: str, known: Mapping[str, Template]) -> Template:
    """Raises Invalid that lists them."""
    template = known.get("-".join(name.casefold().replace("_", " ").replace("-", " ").split()))
    if template is None:
        raise Invalid(
            f"There is no postmortem template {name[:40]!r}.", f"Use one of {', '.join(known)}.", field="template"
        )
    return template


def read_question(text: str) -> str:
    """As it is asked, on one line. Raises Invalid for one that is empty or too long."""
    question = one_line(text).strip()
    if not 1 <= len(question) <= MAX_QUESTION:
        raise Invalid(f"A question has 1 to {MAX_QUESTION} characters.", "Ask one thing, in one sentence.")
    return question


def _filled_up(own: Template, other: Template) -> Template:
    return msgspec.structs.replace(
        own,
        questions=own.questions or other.questions,
        factors=own.factors or other.factors,
        prevention=own.prevention or other.prevention,
    )
