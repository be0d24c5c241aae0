"""The decision aid of the room: three calm lines, their reasons on demand (ROL-4). It proposes; a person decides."""

import msgspec

from tocsin.kernel.db import Conn
from tocsin.room.aid import Advice, Answer, advise
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class AdviceView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_yes`: something is to be done."""

    id: str
    question: str
    answer: str
    is_yes: bool
    reasons: tuple[str, ...]
    lacks: tuple[str, ...]


class AidView(msgspec.Struct, frozen=True):
    advice: tuple[AdviceView, ...]


async def load(conn: Conn, room: RoomContext) -> AidView | None:
    """None: it is over, and nothing is to be decided."""
    if not room.incident.is_open:
        return None
    return AidView(tuple(_view(each) for each in advise(room.known, room.now)))


def _view(advice: Advice) -> AdviceView:
    return AdviceView(
        id=advice.question.removesuffix("?").lower().replace(" ", "-"),
        question=advice.question,
        answer=advice.answer.value,
        is_yes=advice.answer is Answer.YES,
        reasons=advice.reasons,
        lacks=advice.lacks,
    )
