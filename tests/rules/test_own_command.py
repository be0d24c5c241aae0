"""What a first start tells to type can be typed, wherever the program lies."""

import shlex
import sys

import pytest

from tocsin.serve.welcome import own_command


def test_a_path_with_a_space_is_one_word_to_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/on call/bin/python3")
    monkeypatch.setenv("PATH", "/nowhere")
    assert shlex.split(own_command()) == ["/opt/on call/bin/tocsin"]
