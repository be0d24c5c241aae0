"""`tocsin plan` and `tocsin apply`: who may not, then the difference, once, and what is wrong by file and line."""

import io
from pathlib import Path

import pytest

from tests.surfaces.cli.terminal import Terminal

DORA = "users:\n  - {name: dora, email: dora@example.com, role: responder}\n"
EXAMPLE = Path(__file__).parents[3] / "examples" / "tocsin.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "tocsin.yaml"
    written.write_text(DORA)
    return written


async def test_who_may_not(cli: Terminal, file: Path) -> None:
    assert "may not plan configurations" in (await cli("plan", "-f", str(file), who="alice", status=1)).err
    assert "may not apply configurations" in (await cli("apply", "-f", str(file), who="mona", status=1)).err
    assert "user dora is added" in (await cli("plan", "-f", str(file), who="mona")).out


async def test_plan_then_apply_then_nothing(cli: Terminal, file: Path) -> None:
    assert "1 to add, 0 to change, 0 to remove" in (await cli("plan", "-f", str(file), who="root")).out
    assert "+ user dora is added" in (await cli("apply", "-f", str(file), who="root")).out
    assert (await cli("apply", "-f", str(file), who="root")).out.endswith("tocsin.yaml: nothing changed.\n")
    assert (await cli("apply", "-f", str(file), "--json", who="root")).json()["changes"] == []


async def test_a_secret_of_the_environment_stays_here(cli: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    without = await cli("apply", "-f", str(EXAMPLE), who="root", status=1)
    assert "TOCSIN_PROMETHEUS_KEY" in without.err
    assert "tocsin.yaml:" in without.err
    monkeypatch.setenv("TOCSIN_PROMETHEUS_KEY", "a-key-for-tests")
    assert "a-key-for-tests" not in (await cli("apply", "-f", str(EXAMPLE), who="root")).out


@pytest.fixture
def strangers(tmp_path: Path) -> Path:
    written = tmp_path / "tocsin.yaml"
    written.write_text("teams:\n  - {name: payments, members: [mallory]}\n")
    return written


async def test_what_is_wrong_is_said_with_file_and_line(cli: Terminal, strangers: Path) -> None:
    for verb in ("plan", "apply"):
        said = await cli(verb, "-f", str(strangers), who="root", status=1)
        assert "tocsin.yaml:2" in said.err
        assert "mallory" in said.err
        assert said.out == ""
    planned = (await cli("plan", "-f", str(strangers), "--json", who="root", status=1)).json()
    assert planned["errors"][0]["line"] == 2


async def test_files_that_cannot_be_read(cli: Terminal, tmp_path: Path) -> None:
    assert "cannot be read" in (await cli("plan", "-f", "no-such-file.yaml", status=1)).err
    broken = tmp_path / "broken.yaml"
    broken.write_text("users: [\n")
    assert "broken.yaml:" in (await cli("plan", "-f", str(broken), status=1)).err
    assert (await cli("apply", "-f", str(broken), "--json", status=1)).json()["errors"]
    assert "--file" in (await cli("plan", status=2)).err


ENDING = """users: [{name: dora, email: dora@example.com, role: responder}]
schedules:
  - {name: nights, time_zone: UTC, limits: {days_in_a_row: off},
     layers: [{name: week, rotation: daily, handover: "09:00", starts: 2024-01-01, ends: 2024-02-01, users: [dora]}]}
"""


@pytest.fixture
def ending(tmp_path: Path) -> Path:
    written = tmp_path / "tocsin.yaml"
    written.write_text(ENDING)
    return written


class Answering(io.StringIO):
    """A terminal at which somebody types."""

    def isatty(self) -> bool:
        return True


async def test_a_person_is_asked_before_nobody_is_on_call(
    cli: Terminal, ending: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Answering("n\n"))
    said = await cli("apply", "-f", str(ending), who="root", status=1)
    assert "At one time nobody would be on call or could be reached. Apply this? [y/N]" in said.err
    assert "tocsin.yaml:3 schedules[0]: after this, nobody is on call in nights from" in said.out
    assert said.err.endswith("Nothing was changed.\n")
    monkeypatch.setattr("sys.stdin", Answering("y\n"))
    await cli("apply", "-f", str(ending), who="root")
    assert "1 more is as before: tocsin oncall check" in (await cli("apply", "-f", str(ending), who="root")).out
