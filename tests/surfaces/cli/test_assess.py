"""`tocsin assess`, offline (CLS-1, CLS-6). What the facts mean is `tests/rules/catalog`; here it is how it is said."""

import json

import pytest

from tests.surfaces.cli.terminal import run


def test_the_level_why_and_what_could_still_raise_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("assess", "--users-affected", "30%", "--revenue-per-hour", "5000USD")) == 0
    out = capsys.readouterr().out
    assert out.startswith("SEV-2  Major\n  because    users affected at least 10 % (30 %);")
    assert "response" in out
    assert "  SEV-1      SLA at risk: yes\n             error rate above 50 %\n" in out
    assert all(len(line) <= 80 for line in out.splitlines())


def test_as_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("assess", "--data-loss-risk", "high", "--profile", "p-levels", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["profile"], told["level"], told["criterion"]) == ("p-levels", "P0", "data_loss_risk")
    assert told["could_raise"] == []


def test_a_question_without_its_answer_means_yes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("assess", "--breach")) == 0
    assert capsys.readouterr().out.startswith("SEV-1")
    assert run(("assess", "--breach", "no", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["level"] is None


def test_nothing_known_is_no_level(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("assess", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["level"] is None
    assert told["could_raise"]


@pytest.mark.parametrize(
    "words",
    [
        ("--users-affected", "many"),
        ("--users-affected", "130%"),
        ("--customers", "most"),
        ("--revenue-per-hour", "5000"),
        ("--revenue-per-hour", "5000EUR"),
        ("--profile", "mine"),
        ("--no-such-fact", "1"),
        ("--breach", "perhaps"),
        ("leftover",),
    ],
)
def test_wrong_usage_says_what_would_be_right(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("assess", *words)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("tocsin assess: ")
    assert len(err.splitlines()) == 2
