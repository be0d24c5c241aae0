"""What the verbs about shifts load: values to show, neither the rules that compute shifts nor a database (PERF-11)."""

import subprocess
import sys

import pytest

HEAVY = ("psycopg", "holidays", "dateutil", "tocsin.oncall.rotation", "tocsin.oncall.checking")


@pytest.mark.parametrize("verb", ["override", "swap", "cover", "leave"])
def test_a_verb_loads_values_only(verb: str) -> None:
    program = f"import sys, tocsin.surfaces.cli.verbs.{verb}; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
