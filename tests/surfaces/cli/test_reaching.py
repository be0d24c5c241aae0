"""Finding the server and being let in: the profile, its overrides, and what is said when it does not work."""

import json
import stat
from pathlib import Path

import pytest

from tests.support.programs import free_port
from tests.surfaces.cli.terminal import Terminal, run
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.cli.profile import Profile, find_profile, profile_path, read_profile, write_profile


def test_without_a_profile_the_way_to_one_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("list",)) == 1
    told = capsys.readouterr().err
    assert "no profile yet" in told
    assert "tocsin serve" in told
    assert "TOCSIN_URL" in told


def test_a_profile_is_for_its_owner_only_and_is_replaced_whole(tmp_path: Path) -> None:
    assert find_profile() is None
    path = write_profile("http://127.0.0.1:8377/", "first")
    write_profile("http://127.0.0.1:8377/", "second")
    assert path == profile_path() == tmp_path / ".config" / "tocsin" / "profile.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {"url": "http://127.0.0.1:8377", "token": "second"}
    assert [each.name for each in path.parent.iterdir()] == ["profile.json"]


def test_the_environment_stands_above_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    write_profile("http://127.0.0.1:8377", "stored")
    monkeypatch.setenv("TOCSIN_URL", "https://tocsin.example.com/")
    assert read_profile() == Profile("https://tocsin.example.com", "stored")
    monkeypatch.setenv("TOCSIN_TOKEN", "mine")
    assert read_profile() == Profile("https://tocsin.example.com", "mine")


def test_a_profile_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_profile("http://127.0.0.1:8377", "x")
    for text in ("", "[]", '{"url": 1}', "\x00"):
        path.write_text(text)
        with pytest.raises(Invalid, match="cannot be read"):
            find_profile()
    monkeypatch.setenv("TOCSIN_TOKEN", "x")
    write_profile("x", "x")
    for url in ("127.0.0.1:8377", "ftp://example.com", "/var/run/x"):
        monkeypatch.setenv("TOCSIN_URL", url)
        with pytest.raises(Invalid, match="not the address of a server"):
            read_profile()


def test_a_server_that_does_not_answer(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    write_profile(url, "x")
    assert run(("list",)) == 1
    told = capsys.readouterr().err
    assert f"The server at {url} does not answer (connection refused)." in told
    assert "tocsin serve" in told


async def test_a_server_that_is_another(cli: Terminal) -> None:
    other = Terminal(f"{cli.address}/elsewhere", cli.tokens, cli.monkeypatch, cli.capsys)
    assert "not as a Tocsin server does" in (await other("list", status=1)).err


async def test_the_profile_is_enough(cli: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    write_profile(cli.address, cli.tokens["bob"])
    said = await cli("declare", "x", "--json", who="bob")
    assert said.json()["declared_by"] == "@bob"
