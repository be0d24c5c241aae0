"""COM-1, COM-7: what ships says every field; what people write is bounded by construction and reaches nothing."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.incidents.examples import incident
from tocsin.comms import sandbox, templates, values
from tocsin.comms.fields import FIELDS, samples
from tocsin.comms.model import TemplateKind, UpdateDraft, Wording
from tocsin.comms.wording_file import parse, written
from tocsin.kernel.errors import Invalid

UPDATE = TemplateKind.UPDATE

SAYS = {
    TemplateKind.DECLARATION: (
        "SEV-1",
        "checkout, payments",
        "Every second payment fails",
        "Nobody can pay",
        "35%",
        "14:03 UTC",
        "investigating",
        "INC-42",
        "alice",
        "every 15 minutes",
        "#incident-response",
    ),
    TemplateKind.UPDATE: (
        "Update 3",
        "14:35 UTC",
        "SEV-1",
        "investigating",
        "Nobody can pay",
        "35%",
        "checkout, payments",
        "- Stopped the batch jobs",
        "- Rolling back v2.3.1",
        "- Replay the failed payments",
        "still investigating",
        "15:30 UTC",
        "14:50 UTC",
        "- 14:33 UTC @bob: errors fall",
        "alice",
        "#incident-response",
    ),
    TemplateKind.RESOLUTION: (
        "15:21 UTC",
        "1 h 18 min",
        "Nobody can pay",
        "v2.3.1 opened a connection",
        "Rolled back to v2.3.0",
        "15 minutes",
        "by 2026-11-23 15:21 UTC",
        "https://tocsin.example.com/incidents/INC-42",
        "Thank you, alice, bob, carol.",
    ),
}


@pytest.mark.parametrize("kind", TemplateKind)
def test_what_ships_says_every_field_of_its_message(kind: TemplateKind) -> None:
    made = templates.render(kind, None, samples(kind))
    assert made.problem == ""
    for words in SAYS[kind]:
        assert words in made.body, words
    assert "\n\n\n" not in made.body
    templates.check(kind, templates.shipped(kind))


def test_subjects_begin_with_the_level_and_with_the_end() -> None:
    subjects = [templates.render(kind, None, samples(kind)).subject for kind in TemplateKind]
    assert subjects == [
        "[SEV-1] INC-42 Checkout answers 500",
        "[SEV-1] INC-42 update 3: Checkout answers 500",
        "[RESOLVED] INC-42 Checkout answers 500",
    ]


@pytest.mark.parametrize("kind", TemplateKind)
def test_what_is_not_known_reads_well(kind: TemplateKind) -> None:
    nothing = {name: () if isinstance(value, tuple) else "" for name, value in samples(kind).items()}
    body = templates.render(kind, None, nothing).body
    assert "None" not in body
    assert "()" not in body
    assert not re.search(r"^(Done|Under way|Planned|Last on the timeline):", body, re.MULTILINE)


WRONG = [
    ("{{ sevrity }}", "Line 1: there is no field 'sevrity' here.", "Did you mean severity?"),
    ("one\n{{ text }\n", "Line 2", "Available are"),
    ("{% if text %}", "Line 1", "Available are"),
    ("{{ text.upper() }}", "Line 1: a call is not available", "Available are"),
    ("{{ text.__class__ }}", "a field has no part '__class__'", "Available are"),
    ("{{ ''['__class__'] }}", "a part in brackets is not available", "Available are"),
    ("{{ 'x' * 1000000000 }}", "arithmetic", "Available are"),
    ("{{ 10 ** 10000000 }}", "arithmetic", "Available are"),
    ("{% for a in range(9) %}{% endfor %}", "a loop runs over a list", "The lists are"),
    ("{% for a in text %}{% endfor %}", "a loop runs over a list", "The lists are"),
    (
        "{% for a in done %}{% for b in done %}{% for c in done %}{% endfor %}{% endfor %}{% endfor %}",
        "2 deep at most",
        "Available are",
    ),
    ("{% for a in done recursive %}{{ a }}{% endfor %}", "a loop is written", "Available are"),
    ("{{ loop }}", "there is no field 'loop'", "The fields are"),
    ("{% for a in done %}{{ loop.cycle }}{% endfor %}", "no part 'cycle'", "Available are"),
    ("{% set x = 1 %}", "{% set %} is not available", "Available are"),
    ("{% include 'layout.html' %}", "{% include %} is not available", "Available are"),
    ("{% macro a() %}{{ a() }}{% endmacro %}", "{% macro %} is not available", "Available are"),
    ("{% import 'x' as y %}", "{% import %} is not available", "Available are"),
    ("{{ text | format }}", "there is no filter 'format'", "Available are"),
    ("{{ text | attr('__class__') }}", "there is no filter 'attr'", "Available are"),
    ("{{ text | upper('x') }}", "takes no words", "Available are"),
    ("{{ text | default(3) }}", "takes words in quotes", "Available are"),
    ("{{ text | default }}", "takes words in quotes", "Available are"),
    ("{% filter upper %}x{% endfilter %}", "{% filter %} is not available", "Available are"),
    ("{{ text is defined }}", "a test with `is` is not available", "Available are"),
    ("{{ text < 'a' }}", "only == and != compare", "Available are"),
    ("{{ [text] }}", "a list of its own", "Available are"),
    ("{{ " + "(" * 3000 + "text" + ")" * 3000 + " }}", "nested too deeply", "Available are"),
    ("{% if text %}" * 200 + "{% endif %}" * 200, "nested too deeply", "flatter"),
    ("{{ " + "9" * 5000 + " }}", "nested too deeply, or has a number too long", "Available are"),
    ("x" * 9000, "at most 8000 characters", "fewer words"),
]


@pytest.mark.parametrize(("source", "what", "remedy"), WRONG)
def test_what_is_refused_names_the_line_and_the_remedy(source: str, what: str, remedy: str) -> None:
    with pytest.raises(Invalid) as refused:
        templates.check(UPDATE, Wording("[{{ severity }}] {{ title }}", source))
    assert what in refused.value.message
    assert remedy in refused.value.remedy
    assert refused.value.field == "body"


def test_the_line_is_that_of_the_mistake() -> None:
    with pytest.raises(Invalid, match=r"^Line 3: "):
        templates.check(UPDATE, Wording("ok", "one\ntwo\n{% set three = 3 %}\nfour"))


@pytest.mark.parametrize("subject", ["", "  ", "a\nb", "x" * 301, "{{ nothing }}"])
def test_a_wrong_subject_is_named(subject: str) -> None:
    with pytest.raises(Invalid) as refused:
        templates.check(UPDATE, Wording(subject, "text"))
    assert refused.value.field == "subject"


def test_a_wording_that_cannot_be_used_any_more_gives_way_to_what_ships_and_says_so() -> None:
    made = templates.render(UPDATE, Wording("x", "one\n{{ former_field }}"), samples(UPDATE))
    assert made.body == templates.render(UPDATE, None, samples(UPDATE)).body
    assert made.problem.startswith("body: Line 2: there is no field 'former_field' here.")


def test_what_is_written_stays_one_line_of_a_subject_and_holds_no_hidden_character() -> None:
    values = {**samples(UPDATE), "title": "a\r\nBcc: all@example.com\x1b[2J\u202e", "text": "x\x07y"}
    made = templates.render(UPDATE, Wording("{{ title }}", "{{ text }}"), values)
    assert made.subject == "a Bcc: all@example.com[2J"
    assert made.body == "xy"


def test_values_are_text_and_never_a_template() -> None:
    values = {**samples(UPDATE), "text": "{{ ref }}{% set a = 1 %}<script>"}
    assert templates.render(UPDATE, Wording("x", "{{ text }}"), values).body == values["text"]


def test_loops_and_filters() -> None:
    body = "{% for a in done %}{{ loop.index }} {{ a | upper }}{{ '; ' if not loop.last }}{% else %}none{% endfor %}"
    values = {**samples(UPDATE), "done": ("a", "b")}
    assert templates.render(UPDATE, Wording("x", body), values).body == "1 A; 2 B"
    assert templates.render(UPDATE, Wording("x", body), {**values, "done": ()}).body == "none"
    assert templates.render(UPDATE, Wording("x", "{{ done | join(' + ') | lower }}"), values).body == "a + b"


def test_an_output_is_cut_and_never_grows_past_its_bound() -> None:
    values = {**samples(UPDATE), "timeline": ("x" * 300,) * 20, "done": ("y",) * 20}
    body = (
        "{% for a in timeline %}{% for b in done %}{{ timeline | join('" + "z" * 1000 + "') }}{% endfor %}{% endfor %}"
    )
    made = templates.render(UPDATE, Wording("{{ timeline }}", body), values)
    assert (len(made.body), len(made.subject)) == (templates.LONGEST_BODY, templates.LONGEST_SUBJECT)


@given(st.text(max_size=60) | st.text(alphabet="{}%|() abtextfordoneifendloop'\"~=!", max_size=60))
def test_whatever_is_let_through_can_be_rendered(source: str) -> None:
    try:
        sandbox.check(source, samples(UPDATE), "body")
    except Invalid:
        return
    assert len(sandbox.render(source, samples(UPDATE), 100)) <= 100


@pytest.mark.parametrize("kind", TemplateKind)
def test_a_wording_is_written_to_a_file_and_read_back(kind: TemplateKind) -> None:
    assert parse(written(templates.shipped(kind))) == templates.shipped(kind)
    with pytest.raises(Invalid, match="no subject"):
        parse("Hello")


def test_every_field_has_a_meaning_and_every_field_of_the_samples_is_known() -> None:
    for kind in TemplateKind:
        assert all(field.meaning for field in FIELDS[kind].values())


@pytest.mark.parametrize(
    ("eta", "said"),
    [
        (None, "unknown"),
        (timedelta(minutes=30), "04:30 UTC"),
        (timedelta(minutes=-30), "unknown, 03:30 UTC has passed"),
    ],
)
def test_an_update_promises_no_eta_that_has_passed(eta: timedelta | None, said: str) -> None:
    now = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
    scene = values.Scene(
        incident=incident(eta=now + eta if eta is not None else None),
        level=None,
        commander="alice",
        channel="",
        interval=timedelta(minutes=30),
        now=now,
    )
    told = values.of_update(scene, UpdateDraft(text="x"), n=1, by="@alice", next_update_at=None, timeline=())
    assert told["eta"] == said
