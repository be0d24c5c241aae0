"""`tocsin plan` and `tocsin apply`: who may not, then the difference, once, and what is wrong by file and line."""

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
