"""`tocsin demo` as its user meets it: one command, one link, and a page of their own in the browser."""

import json
import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.support.postgres import open_folder
from tests.support.programs import eventually, stop
from tests.support.tocsin import COMMAND

pytestmark = pytest.mark.faults


def start(folder: Path, out: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "TOCSIN_DATA_DIR": "/nowhere", "TOCSIN_LISTEN": "203.0.113.1:1"}
    with out.open("wb") as output:
        return subprocess.Popen(
            [*COMMAND, "demo", "--days", "14", "--data-dir", str(folder)],
            env=environment,
            stdout=output,
            stderr=output,
        )


def tocsin(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    return subprocess.run([*COMMAND, *words], env=known | environment, capture_output=True, text=True, timeout=60)


def link_in(out: Path) -> str:
    found = re.search(r"http://\S+/sign-in/\S+", out.read_text())
    return found[0] if found else ""


def test_who_signs_in_is_paged_as_a_drill() -> None:
    with open_folder() as home:
        folder, out = home / "demo", home / "out"
        demo = start(folder, out)
        try:
            link = eventually("the demo prints a link", lambda: link_in(out), within=120)
            assert f"export XDG_CONFIG_HOME={folder}/config" in out.read_text()
            listed = tocsin("list", "--limit", "1", XDG_CONFIG_HOME=str(folder / "config"))
            assert "INC-" in listed.stdout, listed.stderr
            with httpx.Client(follow_redirects=True) as browser:
                form = browser.get(link).text
                csrf = re.search(r'name="csrf" value="([^"]*)"', form)
                browser.post(link, data={"csrf": csrf[1]} if csrf else {})
                board = link.partition("/sign-in/")[0] + "/now/board"
                page = eventually("the drill is on", lambda: paged(browser.get(board).text), within=60)
            assert "DRILL: the shop answers 500" in page
            assert "Acknowledge INC-" in page
        finally:
            stop(demo)
        assert (folder / "demo.json").exists()


def paged(board: str) -> str:
    return board if "You are being paged." in board else ""


def make(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "demo", "--days", "14", "--data-dir", str(folder), "--no-serve", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_an_interrupted_one_begins_anew_and_another_history_takes_its_place() -> None:
    with open_folder() as home:
        folder, out = home / "demo", home / "out"
        demo = start(folder, out)
        eventually("the database is filled", lambda: (folder / "postgresql.log").exists(), within=60)
        demo.kill()
        demo.wait()
        assert (folder / "demo.begun").exists()
        done = make(folder)
        assert (done.returncode, (folder / "demo.begun").exists()) == (0, False), done.stderr
        assert json.loads((folder / "demo.json").read_text())["seed"] == 1
        done = make(folder, "--anew", "--seed", "2")
        assert (done.returncode, json.loads((folder / "demo.json").read_text())["seed"]) == (0, 2), done.stderr
