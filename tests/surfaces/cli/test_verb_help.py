"""The help of every command: its usage names what it takes, and its options name their values."""

import re

import pytest
from tools.docs import help_of

from tests.surfaces.cli.test_refusals import CALLED, COMMANDS, GROUPS

NAMELESS = re.compile(r"\bARGS\b|\b(STR|INT|FLOAT|PATH|CHOICE|BOOL)\b|\[default: (False|\(\)|\"\")\]")


@pytest.mark.parametrize("words", sorted(COMMANDS), ids=" ".join)
def test_no_value_is_called_by_its_type(words: tuple[str, ...]) -> None:
    assert NAMELESS.findall(help_of(*words)) == []


@pytest.mark.parametrize("words", CALLED, ids=" ".join)
def test_the_usage_names_what_the_command_takes(words: tuple[str, ...]) -> None:
    usage = " ".join(help_of(*words).split("\n\n")[0].split())
    assert usage.startswith(f"Usage: tocsin {' '.join(words)}")
    for argument in COMMANDS[words].assemble_argument_collection(parse_docstring=False):
        if argument.index is not None or argument.required:
            assert argument.name.lstrip("-").upper() in usage.upper()


def test_what_has_to_be_given_stands_before_what_may_be() -> None:
    assert help_of("redact").startswith("Usage: tocsin redact INCIDENT ENTRY --why TEXT [OPTIONS]\n")
    assert help_of("log").startswith("Usage: tocsin log INCIDENT [TEXT] [OPTIONS]\n")
    assert help_of("silence", "add").startswith(
        "Usage: tocsin silence add MATCHER… --for DURATION --comment TEXT [OPTIONS]\n"
    )


def test_a_group_that_is_a_command_too_shows_both() -> None:
    assert help_of("oncall").startswith("Usage: tocsin oncall [SCHEDULE…] [OPTIONS]\n       tocsin oncall COMMAND …\n")


@pytest.mark.parametrize("words", GROUPS, ids=" ".join)
def test_a_group_names_its_commands(words: tuple[str, ...]) -> None:
    assert help_of(*words).startswith(f"Usage: tocsin {' '.join(words)} COMMAND …\n")


def test_examples_are_those_of_the_command_that_was_asked_about() -> None:
    assert help_of("silence", "expire").split("Example:\n")[1] == "  tocsin silence expire 1f3a\n"
    assert "tocsin silence add" in help_of("silence")
