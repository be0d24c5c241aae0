"""Postmortem templates of one's own (PMT-2): read whole, each mistake named with its line, blame told and kept."""

from tests.rules.config.test_load_files import only_problem, problems, read
from tocsin.postmortems.templates import GENERAL, MAX_QUESTION, Template, known_templates

HEAD = "postmortem_templates:\n"


def test_it_is_read_whole() -> None:
    document = read(
        HEAD
        + "  - name: data-loss\n    title: Data was lost\n"
        + '    questions: ["Which rows are gone?"]\n    prevention: ["When was it tried?"]\n'
    )
    (item,) = document.postmortem_templates
    assert item.value == Template(
        name="data-loss",
        title="Data was lost",
        questions=("Which rows are gone?",),
        factors=(),
        prevention=("When was it tried?",),
        managed_by="tocsin.yaml",
    )
    assert document.notices == ()


def test_what_is_left_out_is_asked_by_the_one_in_whose_place_it_stands() -> None:
    (own,) = (read(HEAD + "  - {name: capacity, title: Full, questions: [Which queue?]}").postmortem_templates,)
    known = known_templates([own[0].value])
    assert known["capacity"].questions == ("Which queue?",)
    assert known["capacity"].prevention == known_templates()["capacity"].prevention
    other = read(HEAD + "  - {name: mine, title: Mine, factors: [How old?]}").postmortem_templates[0].value
    assert known_templates([other])["mine"].questions == GENERAL.questions


def test_each_mistake_is_named_with_its_line_and_remedy() -> None:
    wrong = (
        ("  - {name: mine, title: Mine}", 2, "asks something"),
        ("  - {name: Mine!, title: Mine, questions: [Why?]}", 2, "Mine!"),
        ("  - {name: mine, questions: [Why?]}", 2, "needs 'title'"),
        ("  - name: mine\n    title: Mine\n    questons: [Why?]\n    factors: [How?]", 4, "Did you mean 'questions'?"),
        ("  - name: mine\n    title: Mine\n    questions:\n      - ''", 5, "1 to 300 characters"),
        (f"  - name: mine\n    title: Mine\n    questions:\n      - {'x' * (MAX_QUESTION + 1)}", 5, "1 to 300"),
        (f"  - name: mine\n    title: {'x' * 101}\n    questions: [Why?]", 3, "at most 100"),
        (f"  - name: mine\n    title: Mine\n    factors: {['Why?'] * 21}", 4, "at most 20"),
        ("  - name: mine\n    title: Mine\n    factors: Why?", 4, "must be a list"),
    )
    for text, line, said in wrong:
        problem = only_problem(HEAD + text)
        assert (problem.line, said in f"{problem.message} {problem.remedy}") == (line, True), (text, problem)
    twice = "  - {name: mine, title: A, questions: [Why?]}\n  - {name: mine, title: B, questions: [Why?]}"
    assert "There are two 'mine' in postmortem_templates" in problems(HEAD + twice)[0].message


def test_a_question_that_looks_for_somebody_to_blame_is_told() -> None:
    document = read(HEAD + "  - name: mine\n    title: Mine\n    questions:\n      - Who should have checked the disk?")
    (notice,) = document.notices
    assert (notice.line, "asks for somebody to blame" in notice.message) == (5, True)
