"""`tocsin simulate`: from files without a server, against what is in force, and the difference between the two."""

from pathlib import Path

import pytest

from tests.surfaces.api.test_simulate import PEOPLE
from tests.surfaces.cli.terminal import Terminal

ALERT = ("--alert", "alertname=Slow", "--alert", "job=shop", "--at", "2026-12-24T03:00")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "tocsin.yaml", PEOPLE)


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"organisation: {{name: Shop, time_zone: Europe/Berlin}}\n{text}")
    return path


async def test_who_may_not(cli: Terminal, file: Path) -> None:
    assert "may not simulate" in (await cli("simulate", *ALERT, who="vera", status=1)).err
    assert (
        "may not simulate a configuration"
        in (await cli("simulate", *ALERT, "-f", str(file), "--compare", who="alice", status=1)).err
    )


async def test_files_alone_need_no_server(cli: Terminal, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_URL", "http://127.0.0.1:1")
    told = (await cli("simulate", *ALERT, "-f", str(file))).out
    assert told.startswith("Called: dora at once, then emil after 5 minutes.\n")
    assert "03:05:00  emil is paged, step 2 of 2: named by the policy." in told
    assert "Thursday 24 December 2026, CET" in told
    document = (await cli("simulate", *ALERT, "-f", str(file), "--json")).json()
    assert [call["at"] for call in document["draft"]["calls"]] == ["2026-12-24T02:00:00Z", "2026-12-24T02:05:00Z"]


async def test_what_a_draft_changes(cli: Terminal, file: Path) -> None:
    await cli("apply", "-f", str(file), who="root")
    assert "Called: dora at once" in (await cli("simulate", *ALERT, who="alice")).out
    same = (await cli("simulate", *ALERT, "-f", str(file), "--compare", who="root")).out
    assert "The same people are called at the same times by the same ways." in same
    draft = written(file.parent / "draft" / file.name, PEOPLE.replace('"user:dora"', '"user:emil"'))
    changed = (await cli("simulate", *ALERT, "-f", str(draft), "--compare", who="root")).out
    assert "+ 03:00:00  emil by webhook, step 1 of 2" in changed
    assert "- 03:00:00  dora by email, step 1 of 2" in changed


async def test_wrong_usage(cli: Terminal, file: Path) -> None:
    assert "is not a label" in (await cli("simulate", "--alert", "critical", status=2)).err
    assert "is not an instant" in (await cli("simulate", "--service", "shop", "--at", "soon", status=2)).err
    assert "needs a draft" in (await cli("simulate", "--service", "shop", "--compare", status=2)).err
    assert "about nothing" in (await cli("simulate", "-f", str(file), status=1)).err
