"""`tocsin completion`: scripts that their shells can read, with every verb and the facts of assess in them."""

import json
import shutil
import subprocess

import pytest

from tests.surfaces.cli.terminal import run
from tocsin.surfaces.cli.commands import VERBS


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_verb_and_option_is_there(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("completion", shell)) == 0
    script = capsys.readouterr().out
    for name in VERBS:
        assert name in script
    assert "users-affected" in script
    assert "SLA" in script or shell == "bash"
    if shutil.which(shell):
        done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("completion", "bash")) == 0
    script = capsys.readouterr().out
    asks = f'{script}\nCOMP_WORDS=(tocsin simul); COMP_CWORD=1; _tocsin; echo "${{COMPREPLY[@]}}"'
    done = subprocess.run(["bash"], input=asks, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["simulate"]


def test_as_a_document_and_for_no_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("completion", "fish", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["shell"] == "fish"
    assert run(("completion", "tcsh")) == 2
