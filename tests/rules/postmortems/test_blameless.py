"""The blameless check (PMT-4) against its own corpus, half of which was never used to write it."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.postmortems.blameless import Finding, check
from tocsin.postmortems.blameless_rules import RULES

CORPUS = Path(__file__).parent / "corpus"


class Labelled(NamedTuple):
    label: str
    words: str
    sentence: str


class Score(NamedTuple):
    """A sentence that blames is found when a finding shares a character with the words that do."""

    found: int
    missed: list[str]
    false: list[str]

    @property
    def precision(self) -> float:
        return self.found / (self.found + len(self.false))

    @property
    def recall(self) -> float:
        return self.found / (self.found + len(self.missed))


def lines(name: str) -> list[str]:
    return [line for line in (CORPUS / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def labelled(name: str) -> list[Labelled]:
    return [Labelled(*(part.strip() for part in line.split("|", 2))) for line in lines(name)]


def hits(each: Labelled) -> bool:
    """Whether a finding is where the words that blame are, wherever in the sentence they stand."""
    begin = each.sentence.lower().index(each.words.lower())
    spans = [(found.column - 1, found.column - 1 + found.length) for found in check(each.sentence)]
    return any(start < begin + len(each.words) and begin < end for start, end in spans)


def score(corpus: list[Labelled]) -> Score:
    blaming = [each for each in corpus if each.label == "blaming"]
    missed = [each.sentence for each in blaming if not hits(each)]
    false = [each.sentence for each in corpus if each.label != "blaming" and check(each.sentence)]
    return Score(len(blaming) - len(missed), missed, false)


@pytest.mark.parametrize(("name", "precision", "recall"), [("writing.txt", 0.98, 0.98), ("held_out.txt", 0.95, 0.85)])
def test_precision_and_recall(name: str, precision: float, recall: float) -> None:
    scored = score(labelled(name))
    print(f"{name}: precision {scored.precision:.3f}, recall {scored.recall:.3f}")
    print("missed:", *scored.missed, "false:", *scored.false, sep="\n  ")
    assert scored.precision >= precision
    assert scored.recall >= recall


def test_the_corpus_is_large_and_its_halves_share_nothing() -> None:
    writing, held_out = labelled("writing.txt"), labelled("held_out.txt")
    assert len(writing) + len(held_out) >= 300
    assert min(len(writing), len(held_out)) >= 150
    assert not {each.sentence for each in writing} & {each.sentence for each in held_out}
    for half in (writing, held_out):
        assert {each.label for each in half} == {"blaming", "neutral", "borderline"}
        assert all((each.label == "blaming") == bool(each.words) for each in half)


def test_published_postmortems_are_left_alone() -> None:
    published = lines("published.txt")
    assert len(published) >= 200
    assert len([sentence for sentence in published if check(sentence)]) <= 1
    assert len(check("\n".join(published))) <= 1, "nor as one text"


@pytest.mark.parametrize(
    ("text", "rule", "rewording"),
    [
        ("Bob forgot to renew the certificate.", "blaming-verb", "renew the certificate"),
        ("Alice should have read the diff.", "should-have", "“read the diff”"),
        ("Why didn't anybody look at the queue?", "why-didnt", "What would have made it easy to look at the queue?"),
        ("The root cause was human error.", "human-error", "The root cause was a step that the system let go wrong."),
        ("A careless edit cut off Madrid.", "judgement", "An edit cut off Madrid."),
        ("Carlos broke the build.", "person-as-cause", "A change broke the build, and nothing held it back."),
        ("Lena was the hero of the night.", "hero-praise", "runbook"),
        ("Had the operator waited, all would be well.", "counterfactual", "Say what happened instead"),
    ],
)
def test_each_rule_says_it_of_the_system(text: str, rule: str, rewording: str) -> None:
    (found,) = check(text)
    assert found.rule == rule
    assert rewording in found.rewording
    assert found.why


def test_no_rewording_blames() -> None:
    sentences = [each.sentence for half in ("writing.txt", "held_out.txt") for each in labelled(half)]
    for sentence in sentences:
        for found in check(sentence):
            assert check(found.rewording) == (), (sentence, found.rewording)
    assert all(check(rule.rewordings[-1]) == () for rule in RULES)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks to Alice, who saved the day.",
        "> The operator forgot the lock.\nand was careless",
        "```\nBob forgot it\n```",
        "~~~text\nhuman error\n```\nBob broke it\n~~~",
        "Text.\n\n    Bob forgot it\n",
        "The chat said “it was Bob's fault” at noon.",
        'They wrote "human error" in the ticket.',
        "He asked: 'Why didn't you look?'",
        "Run `forgot --human-error` and go on.",
        "See [the page](https://example.com/human-error) or https://example.com/careless.",
        "<!-- Bob was careless -->",
        "The Kubernetes operator ignored the resource.",
        "Nobody is to blame.",
    ],
)
def test_what_is_skipped(text: str) -> None:
    assert check(text) == ()


def test_the_place_is_where_the_words_are() -> None:
    text = "# What happened\n\nAt noon\n**Bob** forgot\nto renew it. All is well.\n\n- It was *careless*.\n"
    first, second = check(text)
    assert (first.line, first.column, first.words) == (4, 3, "Bob** forgot to renew")
    assert (second.line, second.column, second.length, second.words) == (7, 11, 8, "careless")


def test_the_sentence_that_is_reworded() -> None:
    text = "# Bob forgot to run `make check`.\n\n1. All well. The careless edit (a *big* one) cut it off. Then\nend.\n"
    first, second = check(text)
    assert text[first.begins : first.ends] == "Bob forgot to run `make check`."
    assert first.rewording == "Nothing in the process made sure of this step: run `make check`."
    assert text[: second.begins] + second.rewording + text[second.ends :] == (
        "# Bob forgot to run `make check`.\n\n1. All well. The edit (a *big* one) cut it off. Then\nend.\n"
    )
    (advice,) = check("Bob was careless.")
    assert not advice.is_wording


def test_names_may_be_given() -> None:
    text = "The leak was caused by Zaphod."
    assert check(text) == ()
    (found,) = check(text, people=["@zaphod"])
    assert found.rule == "person-as-cause"


PIECES = st.sampled_from(
    [
        "Bob",
        "forgot",
        "to",
        "`",
        "```",
        "\n",
        "\n\n",
        " ",
        "“",
        "”",
        '"',
        "'",
        ">",
        "- ",
        "careless",
        ".",
        "¿",
        "𝕏",
        "|",
        "*",
    ]
)


def cut(text: str, found: Finding) -> str:
    begin = sum(len(line) for line in text.split("\n")[: found.line - 1]) + found.line - 1 + found.column - 1
    return text[begin : begin + found.length]


@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)))
def test_any_text_is_checked_and_places_lie_within_it(text: str) -> None:
    for found in check(text):
        assert " ".join(cut(text, found).split()) == found.words
        assert found.words
        assert found.rewording
        place = len("".join(line + "\n" for line in text.split("\n")[: found.line - 1])) + found.column - 1
        assert 0 <= found.begins <= place < place + found.length <= found.ends <= len(text)


BLAME = "Bob was careless and forgot the lock. It was human error."
PROSE = st.text(st.characters(exclude_characters="`\"“”„«»'‘’‚<>", exclude_categories=("Cs",)))


@given(st.sampled_from(["`{}`", "``{}``", "\n\n```\n{}\n```\n\n", "\n\n> {}\n\n", "“{}”", '"{}"', "«{}»"]))
def test_code_and_quotations_are_never_flagged(frame: str) -> None:
    assert check("It said " + frame.format(BLAME) + " at noon.") == ()


@given(PROSE)
def test_what_stands_in_code_adds_nothing(text: str) -> None:
    span = "`" + text.replace("\n", " ") + BLAME + "`"
    assert check(span) == ()
