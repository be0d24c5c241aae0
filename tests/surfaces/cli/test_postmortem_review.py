"""`tocsin postmortem comment|review|history|export|publish-to|meeting`: what a terminal shows (PMT-5, PMT-7)."""

from pathlib import Path

from tests.surfaces.cli.terminal import Terminal
from tocsin.db.database import Database
from tocsin.kernel.charts import Chart, Series
from tocsin.postmortems import measurements
from tocsin.postmortems.measurement_model import Measurement


async def drafted(cli: Terminal, tmp_path: Path, title: str = "Checkout fails") -> None:
    """Of an incident that is over; version 2, owned by alice."""
    await cli("declare", title, "--severity", "SEV-1")
    await cli("resolve", "INC-1", "--override", "--why", "it works")
    await cli("postmortem", "draft", "INC-1")
    await cli("postmortem", "owner", "INC-1", "alice")
    (tmp_path / "text.md").write_text("# Learnt\n\nThe pool was small.\n")
    await cli("postmortem", "edit", "INC-1", str(tmp_path / "text.md"), "--note", "short")


async def test_comments_review_and_history(cli: Terminal, tmp_path: Path) -> None:
    await drafted(cli, tmp_path)
    assert "may not review" in (await cli("postmortem", "comment", "INC-1", "x", who="vera", status=1)).err
    assert "Nobody has commented." in (await cli("postmortem", "comment", "INC-1")).out
    assert (
        "Comment 1 is made."
        in (await cli("postmortem", "comment", "INC-1", "How small?", "--on", "The pool", who="bob")).out
    )
    await cli("postmortem", "comment", "INC-1", "--resolve", "1", "--answer", "Ten.")
    told = (await cli("postmortem", "comment", "INC-1")).out
    assert "resolved by @alice" in told
    assert "   > The pool\n   How small?\n   @alice: Ten.\n" in told
    assert "Nobody has approved this version." in (await cli("postmortem", "review", "INC-1", "--ask", "bob")).out
    approved = (await cli("postmortem", "review", "INC-1", "--approve", who="bob")).out
    assert "Nothing is missing: tocsin postmortem publish INC-1" in approved
    assert (
        "That is more than one thing."
        in (await cli("postmortem", "review", "INC-1", "--approve", "--changes", "x", status=2)).err
    )
    history = (await cli("postmortem", "history", "INC-1")).out
    assert "Drafted from the record." in history
    changed = (await cli("postmortem", "history", "INC-1", "2")).out
    assert "+ The pool was small." in changed
    assert (await cli("postmortem", "history", "INC-1", "2", "--text")).out == "# Learnt\n\nThe pool was small.\n"
    assert "Version 3 reads as version 1." in (await cli("postmortem", "history", "INC-1", "--restore", "1")).out
    for words in (("comment",), ("review",), ("history",), ("history", "1"), ("meeting",), ("export",)):
        verb, *rest = words
        assert (await cli("postmortem", verb, "INC-1", *rest, "--json")).json()["incident"] == "INC-1"


async def test_a_folder_for_git_and_the_meeting(cli: Terminal, tmp_path: Path) -> None:
    await drafted(cli, tmp_path)
    assert "Name one incident." in (await cli("postmortem", "export", status=2)).err
    assert (await cli("postmortem", "export", "INC-1", "--format", "html")).out.startswith("<!doctype html>")
    folder = tmp_path / "postmortems"
    assert "0 in " in (await cli("postmortem", "export", "--dir", str(folder))).out
    await cli("postmortem", "publish", "INC-1", "--why", "nobody else was there")
    assert "1 of them new or changed" in (await cli("postmortem", "export", "--dir", str(folder))).out
    (file,) = folder.iterdir()
    assert file.name == "INC-1-checkout-fails.md"
    assert file.read_text().startswith('---\nincident: "INC-1"\n')
    again = (await cli("postmortem", "export", "--dir", str(folder), "--json")).json()
    assert (again["files"], again["written"]) == (["INC-1-checkout-fails.md"], [])
    (folder / "README.md").write_text("ours")
    file.write_text("changed by hand")
    assert "1 of them new or changed" in (await cli("postmortem", "export", "--dir", str(folder))).out
    assert (folder / "README.md").read_text() == "ours"
    guide = (await cli("postmortem", "meeting", "INC-1")).out
    assert "When it turns to blame" in guide
    assert "Contributing factors" in guide
    assert "Add --at" in (await cli("postmortem", "meeting", "INC-1", "--invite", "bob", status=2)).err
    told = (await cli("postmortem", "meeting", "INC-1", "--at", "2099-01-05T10:00", "--invite", "bob")).out
    assert "The meeting about INC-1 is 5 Jan 2099 10:00; invited: alice, bob." in told


async def test_what_is_private_is_exported_only_by_name(cli: Terminal, tmp_path: Path) -> None:
    await drafted(cli, tmp_path)
    await cli("postmortem", "publish", "INC-1", "--why", "nobody else was there")
    await cli("private", "INC-1", "--why", "a customer is named")
    assert "0 in " in (await cli("postmortem", "export", "--dir", str(tmp_path / "out"))).out
    assert "1 in " in (await cli("postmortem", "export", "INC-1", "--dir", str(tmp_path / "out"))).out


async def test_a_page_in_confluence_is_asked_for(cli: Terminal, tmp_path: Path) -> None:
    await drafted(cli, tmp_path)
    to = ("postmortem", "publish-to", "confluence", "INC-1")
    assert "is not published yet." in (await cli(*to, status=1)).err
    await cli("postmortem", "publish", "INC-1", "--why", "nobody else was there")
    nothing = (await cli(*to, "--look", status=1)).out
    assert nothing.startswith("Nobody has published the postmortem of INC-1 in a wiki: tocsin postmortem publish-to")
    assert "may not publish postmortems" in (await cli(*to, who="vera", status=1)).err
    assert (await cli(*to, "--wait", "0", status=1)).out.startswith("It is still being written: tocsin postmortem")
    assert (await cli(*to, "--look", "--json", status=1)).json()["state"] == "waiting"


async def test_a_chart_that_was_deleted_comes_back(cli: Terminal, db: Database, tmp_path: Path) -> None:
    await drafted(cli, tmp_path)
    at = db.clock.now()
    chart = Chart(
        title="errors", alt="", kind="line", labels=("03:05", "03:06"), series=(Series("errors", (1.0, 2.0)),)
    )
    about = {"n": 1, "service": "checkout", "title": "errors", "query": "rate(x[5m])", "figure": None}
    async with db.transaction() as tx:
        kept = Measurement(**about, begins_at=at, ends_at=at, measured_at=at, chart=chart)
        await measurements.record(tx, 1, [kept])
    (tmp_path / "text.md").write_text("# Learnt\n\n![errors](/incidents/INC-1/charts/1)\n")
    await cli("postmortem", "edit", "INC-1", str(tmp_path / "text.md"))
    export = ("postmortem", "export", "INC-1", "--dir", str(tmp_path / "out"))
    assert "1 of them new or changed" in (await cli(*export)).out
    assert "0 of them new or changed" in (await cli(*export)).out
    drawn = (tmp_path / "out" / "INC-1-chart-1.svg").read_text()
    (tmp_path / "out" / "INC-1-chart-1.svg").unlink()
    assert "1 of them new or changed" in (await cli(*export)).out
    assert (tmp_path / "out" / "INC-1-chart-1.svg").read_text() == drawn
