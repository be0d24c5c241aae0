"""The way in: help, verbs that are none, exit status, and that nothing heavy is imported on the way (PERF-11)."""

import subprocess
import sys

import pytest

from tests.surfaces.cli.terminal import run
from tocsin.surfaces.cli.commands import VERBS
from tocsin.surfaces.cli.start import USUAL_WORDS, top_level_help

HEAVY = {"aiohttp", "asyncio", "cyclopts", "http.client", "jinja2", "litestar", "msgspec", "psycopg", "rich", "uvicorn"}


def imported(*words: str) -> set[str]:
    """The heavy modules that are there after a command in a fresh interpreter."""
    code = (
        "import sys; from tocsin.__main__ import SERVER_VERBS; from tocsin.surfaces.cli.start import command_line; "
        f"command_line({list(words)!r}, SERVER_VERBS); print('\\n' + ' '.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return HEAVY & set(done.stderr.rsplit("\n", 2)[-2].split())


def test_help_imports_nothing() -> None:
    assert imported("--help") == set()


def test_assess_imports_neither_a_command_line_library_nor_a_terminal_one() -> None:
    assert imported("assess", "--users-affected", "30%") == set()


def test_the_verbs_that_ask_the_server_need_no_server_library() -> None:
    reading_files = {"admin", "plan", "apply", "simulate", "replay"}
    asking = sorted({verb.module for verb in VERBS.values() if verb.module} - reading_files)
    code = "; ".join(f"import tocsin.surfaces.cli.verbs.{module}" for module in asking)
    code += "; import sys; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == {"cyclopts", "http.client", "msgspec", "rich"}


def test_help_on_a_terminal_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("--help",), ("-h",), ("help",)):
        assert run(words) == 0
        out = capsys.readouterr().out
        assert out == top_level_help()
        assert all(len(line) <= 80 for line in out.splitlines())
        assert all(f"  {name}" in out for name in VERBS)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_has_a_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run((name, "--help")) == 0
    said = capsys.readouterr().out
    assert run(("help", name)) == 0
    assert capsys.readouterr().out == said
    assert "Example" in said
    assert f"tocsin {name}" in said


def test_no_verb_is_wrong_usage_and_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(()) == 2
    assert capsys.readouterr() == ("", top_level_help())


def test_a_verb_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("lisst",)) == 2
    assert "Did you mean: tocsin list" in capsys.readouterr().err
    assert run(("acknowledge", "INC-1")) == 2
    assert "Did you mean: tocsin ack\n" in capsys.readouterr().err
    assert run(("frobnicate",)) == 2
    assert "tocsin --help" in capsys.readouterr().err


def test_what_explains_a_command_is_folded_once_and_stands_further_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("admin", "--help")) == 0
    listed = capsys.readouterr().out.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert len(listed) > 10
    assert all(line.startswith("  ") and line == line.rstrip() and len(line) <= 80 for line in listed)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ack",), "tocsin ack: INCIDENT is missing.\n  See: tocsin ack --help\n"),
        (("silence", "add", "a=b"), "tocsin silence add: --for is missing.\n  See: tocsin silence add --help\n"),
        (
            ("silence", "add", "a=b", "--for"),
            "tocsin silence add: --for needs a value.\n  See: tocsin silence add --help\n",
        ),
        (
            ("ack", "INC-1", "INC-2"),
            "tocsin ack: Too many words, nothing is known to do with: INC-2\n  See: tocsin ack --help\n",
        ),
    ],
)
def test_what_is_missing_or_too_much_is_named_with_the_help_of_that_very_command(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert capsys.readouterr() == ("", said)


def test_the_usual_words_lead_to_commands_that_there_are() -> None:
    assert {words.split()[0] for words in USUAL_WORDS.values()} <= set(VERBS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("--version",)) == 0
    assert capsys.readouterr().out.startswith("tocsin ")


def test_a_reader_that_goes_away_is_no_failure() -> None:
    shell = f"{sys.executable} -m tocsin completion bash | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# Bash completion")
