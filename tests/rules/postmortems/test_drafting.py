"""A draft says what the record says and asks for the rest, in the shape of a layout (PMT-1, PMT-2, PMT-9)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.rules.postmortems.examples import entry, holds, noted, record
from tocsin.incidents.causes import CauseCategory
from tocsin.incidents.linking import Link
from tocsin.incidents.roles import RoleName
from tocsin.kernel.errors import Invalid
from tocsin.postmortems.drafting import draft_body, parts
from tocsin.postmortems.layouts import LAYOUTS, Layout, layout_of_profile, read_layout
from tocsin.postmortems.markdown import escaped, linked, without_entry
from tocsin.postmortems.statements import Part, Question, facts_of
from tocsin.postmortems.telling import timeline, without_names
from tocsin.postmortems.templates import GENERAL, SHIPPED, Template, known_templates, read_template

CITED = re.compile(r"#entry-(\d+)\)")
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)


@pytest.mark.parametrize("template", known_templates().values(), ids=lambda each: each.name)
def test_an_empty_record_gives_questions_alone(template: Template) -> None:
    told = parts(record(), template)
    assert set(told) == set(Part)
    assert all(statements and all(isinstance(each, Question) for each in statements) for statements in told.values())


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda each: each.name)
def test_every_layout_tells_every_part_once_under_headings_of_its_own(layout: Layout) -> None:
    assert sorted(heading.part for heading in layout.headings) == sorted(Part)
    body = draft_body(record(), GENERAL, layout, ["alice"])
    told = re.findall(r"^#{2,3} (.+)$", body, re.MULTILINE)
    assert told == [heading.title for heading in layout.headings]


def test_no_two_layouts_are_the_same() -> None:
    assert len({layout.headings for layout in LAYOUTS.values()}) >= 4
    assert len({(layout.headings, layout.columns, layout.title) for layout in LAYOUTS.values()}) == len(LAYOUTS)


@pytest.mark.parametrize(
    ("profile", "layout"), [("classic", "guide"), ("sre", "sre"), ("p-levels", "p-levels"), ("our own", "sre")]
)
def test_the_layout_follows_the_severity_profile(profile: str, layout: str) -> None:
    assert layout_of_profile(profile).name == layout


@given(st.lists(st.tuples(st.integers(0, 600), TEXTS, st.sampled_from(["note", "observation", "question"]))))
def test_every_sentence_that_cites_the_record_is_in_it(notes: list[tuple[int, str, str]]) -> None:
    entries = [noted(n, at, text, type=kind) for n, (at, text, kind) in enumerate(notes, 1)]
    told = record(*entries)
    body = draft_body(told, GENERAL, LAYOUTS["sre"])
    by_id = {each.id: each for each in entries}
    assert {int(found) for found in CITED.findall(body)} <= set(by_id)
    for fact in timeline(entries, ()):
        assert fact.entry is not None
        assert fact.text == without_names(f"@bob noted: {by_id[fact.entry].text}", ())
        assert escaped(fact.text) in body
    for part, statements in parts(told, GENERAL).items():
        if part not in (Part.TIMELINE, Part.FACTORS):
            assert facts_of(statements) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("@alice acknowledged.", "The commander acknowledged."),
        ("Resolved by @bob. @alice agrees.", "Resolved by a responder. The commander agrees."),
        ("mail to a@alice.example", "mail to a@alice.example"),
        ("(@alice)", "(the commander)"),
    ],
)
def test_roles_stand_in_for_names(text: str, said: str) -> None:
    assert without_names(text, [holds("alice", RoleName.COMMANDER)]) == said


def test_what_programs_write_beside_the_events_is_left_out() -> None:
    found = noted(1, 0, "The severity is not set.", by="tocsin", type="finding")
    redacted = entry(2, 1, "TimelineNoted", "[redacted] by @root: a key", "@bob", type="note", redacted_by="@root")
    assert timeline([found, redacted], ()) == []


@pytest.mark.parametrize(
    "text", ["a | b", "<script>x</script>", "[x](http://y)", "*bold* _it_ `code`", "two\nlines", "back\\slash"]
)
def test_text_of_the_record_stays_text_on_its_line(text: str) -> None:
    written = escaped(text)
    assert "\n" not in written
    assert re.sub(r"\\(.)", r"\1", written) == text.replace("\n", " ")
    assert not re.search(r"(?<!\\)[*<>|\[\]`]", written.replace("\\\\", ""))


def test_a_redacted_entry_leaves_its_citation_alone() -> None:
    told = record(noted(7, 1, "the key is x", type="observation"), noted(8, 2, "it works | again"))
    for layout in LAYOUTS.values():
        body = draft_body(told, GENERAL, layout)
        after = without_entry(body, "INC-7", 7)
        assert "the key" not in after
        assert "it works" in after
        assert len(CITED.findall(after)) == len(CITED.findall(body))
        assert "[redacted] ([record](/incidents/INC-7#entry-7))" in after


def test_each_kind_of_cause_has_a_template() -> None:
    assert {each.name for each in SHIPPED} == {*CauseCategory} - {CauseCategory.OTHER}
    for each in SHIPPED:
        assert len(each.questions) >= 3 <= len(each.factors)
        assert len(each.prevention) >= 3


def test_templates_are_named_as_people_type_and_unknown_ones_are_refused() -> None:
    assert read_template("Resource exhaustion", known_templates()).name == "resource-exhaustion"
    with pytest.raises(Invalid, match="There is no postmortem template 'x'"):
        read_template("x", known_templates())
    with pytest.raises(Invalid, match="There is no layout 'x'"):
        read_layout("x")


def test_other_incidents_are_linked_and_this_one_is_not() -> None:
    other = replace(record().incident, number=9, title="The [disk] is full")
    told = record(
        entry(5, 3, "IncidentLinked", "INC-9 is the cause.", "@bob", other_number=9, kind="cause"),
        alike=(3, 4),
        links=(
            Link(other, "cause"),
            Link(replace(other, number=10), "effect"),
            Link(replace(other, number=11), "related"),
        ),
    )
    body = draft_body(told, GENERAL, LAYOUTS["sre"])
    assert "[INC-3](/incidents/INC-3) and [INC-4](/incidents/INC-4) had the same kind of cause" in body
    cited = "([record](/incidents/INC-7#entry-5))"
    assert f"[INC-9](/incidents/INC-9) was the cause: The \\[disk\\] is full. {cited}" in body
    assert "[INC-10](/incidents/INC-10) followed from it" in body
    assert "[INC-11](/incidents/INC-11) has to do with it" in body
    assert linked("INC-7 INC-70 INC-70-chart INC-0 XINC-1", "INC-7") == (
        "INC-7 [INC-70](/incidents/INC-70) INC-70-chart INC-0 XINC-1"
    )
