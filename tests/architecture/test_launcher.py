"""`make serve` lets `tocsin` be found, and takes nobody else's place."""

from pathlib import Path

import pytest
from tools.launcher import link


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return executable(tmp_path / "checkout" / "tocsin")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bin"
    made.mkdir()
    return made


def executable(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_program_is_linked_once(program: Path, folder: Path) -> None:
    said = f"`tocsin` works in every folder now: {folder}/tocsin leads to {program}"
    assert link(program, str(folder), [folder]) == said
    assert (folder / "tocsin").resolve() == program
    assert link(program, str(folder), [folder]) == ""


def test_another_program_of_that_name_stays(program: Path, folder: Path) -> None:
    other = executable(folder / "tocsin")
    assert link(program, str(folder), [folder]) == f"`tocsin` on your PATH is {other}; this one is {program}"
    assert not other.is_symlink()


def test_a_link_to_a_checkout_that_is_gone_is_replaced(program: Path, folder: Path) -> None:
    (folder / "tocsin").symlink_to("/gone/tocsin")
    link(program, str(folder), [folder])
    assert (folder / "tocsin").resolve() == program


def test_without_a_folder_on_path_the_reader_is_told_how(program: Path, folder: Path) -> None:
    said = f'To call `tocsin` from anywhere: export PATH="{program.parent}:$PATH"'
    assert link(program, "/nowhere", [folder]) == said
    assert not (folder / "tocsin").exists()
