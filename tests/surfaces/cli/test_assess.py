"""`tocsin assess`, offline (CLS-1, CLS-6). What the facts mean is `tests/rules/catalog`; here it is how it is said."""

import json
from pathlib import Path

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
        ("INC-1", "--users-affected", "30%", "--profile", "sre"),
    ],
)
def test_wrong_usage_says_what_would_be_right(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("assess", *words)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("tocsin assess: ")
    assert len(err.splitlines()) == 2


OURS = """
organisation: {name: Example, severity_profile: ours}
severity_profiles:
  - name: ours
    currency: EUR
    levels:
      - {name: RED, criteria: {users_affected: above 40%, revenue_per_hour: at least 5000 EUR}}
      - {name: AMBER}
  - {name: theirs, levels: [{name: ONE}]}
integrations:
  - {name: prometheus, type: prometheus, key: "env:NOT_SET_HERE"}
"""


def test_a_profile_of_ones_own_from_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tocsin.yaml"
    file.write_text(OURS)

    def level(*words: str) -> tuple[str, str]:
        assert run(("assess", "-f", str(file), "--json", *words)) == 0
        told = json.loads(capsys.readouterr().out)
        return told["profile"], told["level"]

    assert level("--revenue-per-hour", "5000EUR") == ("ours", "RED")
    assert level("--users-affected", "41%") == ("ours", "RED")
    assert level("--breach", "--profile", "theirs") == ("theirs", "ONE")
    assert level("--breach", "--profile", "p-levels") == ("p-levels", "P0")


def test_a_file_that_is_wrong_is_refused_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tocsin.yaml"
    file.write_text(OURS.replace("above 40%", "40%"))
    assert run(("assess", "-f", str(file), "--breach")) == 1
    assert "tocsin.yaml:7" in capsys.readouterr().err
    assert run(("assess", "-f", str(tmp_path / "none.yaml"), "--breach")) == 1
    assert "cannot be read" in capsys.readouterr().err
