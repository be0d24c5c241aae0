"""`tocsin templates`: who may not, then what is listed, printed, previewed, changed and taken back."""

from pathlib import Path

from tests.surfaces.cli.terminal import Terminal

BRIEF = "Subject: [{{ severity }}] {{ ref }}\n\n{{ text }}\n"


async def test_who_may_not(cli: Terminal, tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text(BRIEF)
    said = await cli("templates", "edit", "update", "--file", str(tmp_path / "brief.txt"), status=1)
    assert "may not change templates" in said.err


async def test_a_template_is_printed_changed_and_taken_back(cli: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "update.txt"
    file.write_text((await cli("templates", "show", "update")).out)
    assert file.read_text().startswith("Subject: [{{ severity }}] {{ ref }} update")
    assert "when it will be over" in (await cli("templates", "show", "update", "--fields")).out
    assert (await cli("templates", "list")).out.count("as it ships") == 3
    file.write_text(BRIEF)
    shown = (await cli("templates", "edit", "update", "--file", str(file), "--preview", "sample", who="root")).out
    assert shown.startswith("[SEV-1] INC-42\n\nThe rollback of v2.3.1")
    changed = (await cli("templates", "edit", "update", "--file", str(file), who="root")).out
    assert changed == "The template update is changed: the next message has it.\n"
    assert (await cli("templates", "show", "update")).out == BRIEF
    assert "by @root" in (await cli("templates", "list")).out
    assert (await cli("templates", "edit", "update", "--reset", who="root")).out.endswith("as it ships again.\n")
    assert (await cli("templates", "list", "--json")).json()["templates"][1]["edited_by"] is None


async def test_what_is_wrong(cli: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "wrong.txt"
    assert "--file FILE or --reset" in (await cli("templates", "edit", "update", status=2)).err
    assert "cannot be read" in (await cli("templates", "edit", "update", "--file", str(file), status=2)).err
    file.write_text("Hello\n")
    refused = (await cli("templates", "edit", "update", "--file", str(file), who="root", status=1)).err
    assert "The first line is no subject." in refused
    file.write_text("Subject: x\n\none\n{% include 'a' %}\n")
    refused = (await cli("templates", "edit", "update", "--file", str(file), who="root", status=1)).err
    assert "Line 2: {% include %} is not available in a template." in refused
    assert "template" in (await cli("templates", "show", "letter", status=1)).err
