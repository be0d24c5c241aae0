"""What is said of a room on the wire: its checklist, advice, the brief of a hand-off, what was found to be wrong."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.incidents.model import Finding as StoredFinding
from tocsin.kernel.ids import incident_ref
from tocsin.room.aid import Advice as GivenAdvice
from tocsin.room.brief import Brief as ToldBrief
from tocsin.room.brief import brief_text
from tocsin.room.composing import Line, Part
from tocsin.surfaces.wire.body import Body


class ChecklistItem(msgspec.Struct, kw_only=True):
    """`ticks_itself` says when the program ticks it; empty: people do, `by` did it at `at`."""

    n: int
    text: str
    rule: str
    ticked: bool
    ticks_itself: str
    by: str | None
    at: datetime | None


class ChecklistPart(msgspec.Struct, kw_only=True):
    """`current`: the part to look at now."""

    phase: str
    title: str
    current: bool
    items: list[ChecklistItem]


class Checklist(msgspec.Struct, kw_only=True):
    incident: str
    parts: list[ChecklistPart]


class TickRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Which item, by its number on the list; `ticked` false takes a tick back."""

    item: int
    ticked: bool = True


class Advice(msgspec.Struct, kw_only=True):
    """`answer` is yes, not yet or no; `lacks`: what is not known and would sharpen it."""

    question: str
    answer: str
    reasons: list[str]
    lacks: list[str]


class AdviceList(msgspec.Struct, kw_only=True):
    incident: str
    advice: list[Advice]


class Brief(msgspec.Struct, kw_only=True):
    """Each part in lines, and the whole as `text`."""

    incident: str
    title: str
    status: str
    impact: str
    tried: list[str]
    strategy: str
    people: list[str]
    questions: list[str]
    decisions: list[str]
    tasks: list[str]
    text: str


class Finding(msgspec.Struct, kw_only=True):
    """What is wrong by which rule, and what mends it; `settled_at` null: it still is."""

    rule: str
    text: str
    remedy: str
    raised_at: datetime
    settled_at: datetime | None


class FindingList(msgspec.Struct, kw_only=True):
    incident: str
    findings: list[Finding]


def checklist(number: int, parts: Sequence[Part]) -> Checklist:
    return Checklist(incident=incident_ref(number), parts=[_part(part) for part in parts])


def _part(part: Part) -> ChecklistPart:
    return ChecklistPart(
        phase=part.phase, title=part.title, current=part.is_current, items=[_item(line) for line in part.lines]
    )


def _item(line: Line) -> ChecklistItem:
    return ChecklistItem(
        n=line.n,
        text=line.text,
        rule=line.rule,
        ticked=line.is_ticked,
        ticks_itself=line.ticks_itself,
        by=line.by,
        at=line.at,
    )


def advice(number: int, given: Sequence[GivenAdvice]) -> AdviceList:
    return AdviceList(
        incident=incident_ref(number),
        advice=[
            Advice(question=each.question, answer=each.answer, reasons=list(each.reasons), lacks=list(each.lacks))
            for each in given
        ],
    )


def brief(told: ToldBrief) -> Brief:
    return Brief(
        incident=told.ref,
        title=told.title,
        status=told.status,
        impact=told.impact,
        tried=list(told.tried),
        strategy=told.strategy,
        people=list(told.people),
        questions=list(told.questions),
        decisions=list(told.decisions),
        tasks=list(told.tasks),
        text=brief_text(told),
    )


def findings(number: int, found: Sequence[StoredFinding]) -> FindingList:
    return FindingList(
        incident=incident_ref(number),
        findings=[msgspec.convert(each, Finding, from_attributes=True) for each in found],
    )
