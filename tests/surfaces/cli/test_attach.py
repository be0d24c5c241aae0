"""`tocsin attach`."""

from pathlib import Path

from tests.surfaces.cli.terminal import Terminal


async def test_a_file_is_attached_listed_and_saved(cli: Terminal, tmp_path: Path) -> None:
    await cli("declare", "Checkout answers 500")
    log = tmp_path / "app.log"
    log.write_text("a line\n")
    assert "INC-1 has no files." in (await cli("attach", "1")).out
    refused = await cli("attach", "INC-1", str(log), who="vera", status=1)
    assert "@vera acts as viewer and may not attach files" in refused.err
    assert (await cli("attach", "INC-1", str(log))).out == "   1  app.log, 7 B, is attached.\n"
    assert (await cli("attach", "INC-1")).out == "   1  app.log  7 B  @alice\n"
    assert (await cli("attach", "INC-1", "--json")).json()["attachments"][0]["media_type"] == "text/plain"
    assert (await cli("attach", "INC-1", "--save", "1")).out == "a line\n"


async def test_a_file_that_is_not_there(cli: Terminal, tmp_path: Path) -> None:
    await cli("declare", "Checkout answers 500")
    said = await cli("attach", "INC-1", str(tmp_path / "none.log"), status=2)
    assert "cannot be read: No such file" in said.err
