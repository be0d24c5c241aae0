"""`tocsin postmortem lint`, offline (PMT-4). What blames is `tests/rules/postmortems`; here it is how it is said."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.surfaces.cli.terminal import run


def test_the_exit_status_says_whether_something_blames(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text("The pool was too small.\n")
    bad.write_text("All is well.\n\nBob forgot to close it.\n")
    assert run(("postmortem", "lint", str(good))) == 0
    assert capsys.readouterr().out == "Blames nobody.\n"
    assert run(("postmortem", "lint", str(good), str(good))) == 0
    assert run(("postmortem", "lint", str(good), str(bad))) == 1
    said = capsys.readouterr().out
    assert "bad.md:3:1  blaming-verb  “Bob forgot to close”\n" in said
    assert "  Rather: Nothing in the process made sure of this step: close it.\n" in said


def test_as_annotations_and_as_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "a,b:c.md"
    bad.write_text("It was 100% human error.")
    assert run(("postmortem", "lint", str(bad), "--format", "github")) == 1
    said = capsys.readouterr().out
    assert said.startswith("::warning file=")
    assert "a%2Cb%3Ac.md,line=1,col=13,endColumn=24,title=blameless human-error::" in said
    assert said.count("\n") == 1
    assert run(("postmortem", "lint", str(bad), "--json")) == 1
    (found,) = json.loads(capsys.readouterr().out)["findings"]
    assert (found["file"], found["line"], found["column"], found["length"]) == (str(bad), 1, 13, 11)


def test_the_standard_input_and_known_names(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def type_in(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))

    type_in("Zaphod broke production.")
    assert run(("postmortem", "lint", "-")) == 0
    type_in("Zaphod broke production.")
    assert run(("postmortem", "lint", "-", "--name", "zaphod")) == 1
    assert "-:1:1  person-as-cause" in capsys.readouterr().out


def test_wrong_usage_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for words, said in (
        ((), "tocsin postmortem lint draft.md"),
        ((str(tmp_path / "none"),), "Name a file that is there."),
        ((str(tmp_path / "binary"),), "Save it as UTF-8."),
        (("x.md", "--format", "xml"), "xml"),
    ):
        assert run(("postmortem", "lint", *words)) == 2
        assert said in capsys.readouterr().err
