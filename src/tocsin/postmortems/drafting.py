"""Writes the draft (PMT-1): every part from the record, each gap as a question. Pure; nothing in here is made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tocsin.incidents.roles import commander_of
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import telling
from tocsin.postmortems.assessing import went_poorly, went_well
from tocsin.postmortems.impact import impact, lasted_in_words
from tocsin.postmortems.layouts import Layout
from tocsin.postmortems.learning import actions, factors, five_whys, lessons, prevention, root_cause
from tocsin.postmortems.markdown import escaped, section
from tocsin.postmortems.model import QUESTION
from tocsin.postmortems.picturing import picture
from tocsin.postmortems.record import Record
from tocsin.postmortems.statements import Part, Question, Statement
from tocsin.postmortems.summary import summary
from tocsin.postmortems.templates import Template


def draft_body(record: Record, template: Template, layout: Layout, authors: Sequence[str] = ()) -> str:
    """Markdown: the header, and every part under the heading that the layout has for it."""
    told = parts(record, template)
    ref = incident_ref(record.incident.number)
    sections: list[str] = []
    for heading in layout.headings:
        sections.append(section(heading, layout, told[heading.part], ref))
        if heading.part is Part.IMPACT:
            sections += [picture(each, ref) for each in record.measured if each.chart is not None]
    return "\n\n".join([_header(record, layout, authors), *sections]) + "\n"


def parts(record: Record, template: Template) -> Mapping[Part, Sequence[Statement]]:
    """What there is to say, by part; the same for every layout."""
    return {
        Part.SUMMARY: summary(record),
        Part.IMPACT: impact(record),
        Part.TIMELINE: telling.timeline(record.entries, record.holdings)
        or [Question("What happened when? The record has no entries yet.")],
        Part.ROOT_CAUSE: root_cause(record, template),
        Part.FIVE_WHYS: five_whys(record),
        Part.FACTORS: factors(record, template),
        Part.WENT_WELL: went_well(record),
        Part.WENT_POORLY: went_poorly(record),
        Part.ACTIONS: actions(record),
        Part.LESSONS: lessons(record),
        Part.PREVENTION: prevention(template),
    }


def _header(record: Record, layout: Layout, authors: Sequence[str]) -> str:
    incident = record.incident
    rows = (
        ("Date", f"{incident.started_at or incident.detected_at:%Y-%m-%d}"),
        ("Duration", lasted_in_words(record) or f"{QUESTION} How long did it last?"),
        ("Severity", escaped(incident.severity) if incident.severity else f"{QUESTION} How bad was it?"),
        ("Services", escaped(", ".join(incident.services)) or f"{QUESTION} Which services were affected?"),
        ("Commander", escaped(commander_of(record.holdings) or "") or f"{QUESTION} Who commanded it?"),
        ("Authors", escaped(", ".join(authors)) or f"{QUESTION} Who writes this?"),
    )
    ref = incident_ref(incident.number)
    title = f"# {layout.title}: [{ref}](/incidents/{ref}) {escaped(incident.title)}"
    return "\n".join([title, "", *(f"- **{name}:** {value}" for name, value in rows)])
