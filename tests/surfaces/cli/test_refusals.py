"""What every command says when it cannot do what it was asked: walked over all of them, without a server."""

import json
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from cyclopts import App

from tests.surfaces.cli.terminal import run
from tocsin.surfaces.cli import verbs
from tocsin.surfaces.cli.commands import VERBS

NOBODY = "http://127.0.0.1:9"
SAID = {"--for": "2h", "--from": "2026-12-24", "--to": "2026-12-26", "--since": "2d", "--file": "none.yaml"}
IN_PROCESS = {"admin"}
"""These work on the database itself, and need no server."""
WRITES_LINES = {("alerts", "export"), ("postmortem", "lint")}
"""`export` writes a document a line; `lint` without a file has nothing to read."""

TAKES_ANY_WORD = {("postmortem", "lint")}
"""A file may be called `-`, and so whatever begins with it is one."""

READS_FILES = {"plan", "apply", "replay"}
"""They name each fault of a file with its own remedy: replay in the text, the others as `errors` of the answer."""


def commands() -> Iterator[tuple[tuple[str, ...], App]]:
    """Every command with the words that call it, those that only hold others too."""
    for name, verb in VERBS.items():
        if verb.module is not None:
            app = getattr(import_module(f"{verbs.__name__}.{verb.module}"), "app", None)
            if app is not None:
                yield from below((name,), app)


def below(words: tuple[str, ...], app: App) -> Iterator[tuple[tuple[str, ...], App]]:
    yield words, app
    for name in app:
        if not name.startswith("-"):
            yield from below((*words, name), app[name])


COMMANDS = dict(commands())
GROUPS = sorted(words for words, app in COMMANDS.items() if app.default_command is None)
CALLED = sorted(COMMANDS.keys() - set(GROUPS))


def needed(app: App) -> Iterator[str]:
    """What has to be given, made up."""
    for argument in app.assemble_argument_collection(parse_docstring=False):
        if argument.required:
            value = "INC-1" if argument.name == "INCIDENT" else SAID.get(argument.name, "1")
            yield from (argument.name, value) if argument.name.startswith("--") else (value,)


@pytest.mark.parametrize("words", GROUPS, ids=" ".join)
def test_a_group_of_commands_by_itself_is_wrong_usage_and_shows_them(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert f"Usage: tocsin {' '.join(words)} COMMAND" in err


@pytest.mark.parametrize("words", [words for words in CALLED if words not in TAKES_ANY_WORD], ids=" ".join)
def test_an_option_that_is_none_is_wrong_usage_and_leads_to_the_help_of_that_command(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run((*words, "--frobnicate")) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith(f"\n  See: tocsin {' '.join(words)} --help\n")


@pytest.mark.parametrize(
    "words", [words for words in CALLED if words[0] not in IN_PROCESS and words not in WRITES_LINES], ids=" ".join
)
def test_json_is_one_document_also_when_the_server_is_away(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TOCSIN_URL", NOBODY)
    monkeypatch.setenv("TOCSIN_TOKEN", "toc_nobody")
    monkeypatch.chdir(tmp_path)
    status = run((*words, *needed(COMMANDS[words]), "--json"))
    out, err = capsys.readouterr()
    told = json.loads(out)
    if status == 0:
        assert err == ""
        return
    assert status in (1, 2)
    assert err.startswith("tocsin ") or told["errors"]
    assert told.get("remedy") or words[0] in READS_FILES, "what to do next"


def test_who_reads_json_finds_the_remedy_in_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_URL", NOBODY)
    monkeypatch.setenv("TOCSIN_TOKEN", "toc_nobody")
    assert run(("show", "INC-1", "--json")) == 1
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "type": "urn:tocsin:problem:unavailable",
        "title": "Unavailable",
        "status": 503,
        "detail": f"The server at {NOBODY} does not answer (connection refused).",
        "remedy": "Start it with `tocsin serve`, or say where it is with TOCSIN_URL.",
    }
    assert err == (
        f"tocsin show: The server at {NOBODY} does not answer (connection refused).\n"
        "  Start it with `tocsin serve`, or say where it is with TOCSIN_URL.\n"
    )


def test_wrong_usage_is_told_as_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("ack", "--json"), ("assess", "--frobnicate", "--json")):
        assert run(words) == 2
        told = json.loads(capsys.readouterr().out)
        assert (told["status"], told["remedy"]) == (400, f"See: tocsin {words[0]} --help")


@pytest.mark.parametrize("verb", ["serve", "web", "worker", "demo", "assess"])
def test_who_runs_a_server_is_told_of_wrong_usage_in_the_same_words(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run((verb, "--frobnicate")) == 2
    assert capsys.readouterr() == (
        "",
        f"tocsin {verb}: Too many words, nothing is known to do with: --frobnicate\n  See: tocsin {verb} --help\n",
    )


def test_an_example_can_be_copied_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    for words in COMMANDS:
        run((*words, "--help"))
        lines = capsys.readouterr().out.partition("Example")[2].splitlines()[1:]
        assert all(len(line) <= 80 for line in lines), words
        for before, line in pairwise(lines):
            assert not line or line.startswith("  tocsin ") or before.endswith("\\"), (words, line)
