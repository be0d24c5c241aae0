"""`tocsin metrics`: of the server's record, and of a file without a server."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.served import begin_recording, page_at_night
from tests.surfaces.cli.terminal import Said, Terminal, run
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.surfaces.cli.metrics_view import amount, span

EXPORT = """id,severity,service,started_at,detected_at,acknowledged_at,mitigated_at,resolved_at
INC-1,SEV-1,checkout,2026-03-02T09:56:00Z,2026-03-02T10:00:00Z,2026-03-02T10:02:00Z,2026-03-02T10:30:00Z,2026-03-02T10:50:00Z
INC-2,SEV-3,search,,2026-03-03T10:00:00Z,2026-03-03T10:10:00Z,,2026-03-03T11:00:00Z
INC-3,SEV-3,search,,yesterday,,,
"""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime(2026, 3, 2, 10, tzinfo=UTC))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    written = tmp_path / "export.csv"
    written.write_text(EXPORT)
    return written


def typed(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Said:
    ended = run(("metrics", *words))
    out, err = capsys.readouterr()
    assert ended == status, err
    return Said(ended, out, err)


async def test_the_servers_record(cli: Terminal, db: Database, clock: VirtualClock) -> None:
    await begin_recording(db)
    await page_at_night(db, clock)
    lines = [line.split() for line in (await cli("metrics", "--period", "1d")).out.splitlines()]
    assert ["MTTA", "5", "min", "5", "min", "5", "min", "1", "0"] in lines
    assert ["MTTD", "–", "–", "–", "0", "1"] in lines
    assert ["pages", "per", "person", "1", "each", "1", "0"] in lines
    assert ["incidents", "1", "1", "0", "0"] in lines
    grouped = (await cli("metrics", "--compare-services")).out
    line = ["checkout", "1", "–", "5", "min", "(1)", "40", "min", "(1)", "–"]
    assert line in [each.split() for each in grouped.splitlines()]
    said = (await cli("metrics", "--by", "severity", "--verbose")).out
    assert "MTTD: time to detect: how long it hurt before we knew." in said
    assert "left out: 1 lack the time: impact started" in said
    assert max(map(len, (grouped + said).splitlines())) <= 80
    assert (await cli("metrics", "--json")).json()["incidents"] == 1
    refused = await cli("metrics", "--by", "colour", status=1)
    assert "'colour'" in refused.err


def test_a_file_needs_no_server(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    said = typed(capsys, "--file", str(export))
    assert said.out == (
        "2026-03-02 00:00 to 2026-03-04 00:00 UTC  2 incidents\n"
        "MTTR counts from the start of the impact\n"
        "\n"
        "time                  mean    median  p90     n  left out\n"
        "MTTD                  4 min   4 min   4 min   1  1\n"
        "MTTA                  6 min   6 min   9 min   2  0\n"
        "MTTM                  28 min  28 min  28 min  1  1\n"
        "detected → mitigated  30 min  30 min  30 min  1  1\n"
        "MTTR                  54 min  54 min  54 min  1  1\n"
        "MTBF                  –       –       –       0  1\n"
        "\n"
        "figure     value     n  left out\n"
        "incidents  2         2  0\n"
        "frequency  7 a week  2  0\n"
    )
    assert said.err == "1 of 3 rows were passed over: row 4: detected_at 'yesterday' is no time.\n"


def test_a_file_is_asked_as_the_server_is(capsys: pytest.CaptureFixture[str], export: Path) -> None:
    found = json.loads(typed(capsys, "--file", str(export), "--mttr-from", "detected", "--json").out)
    resolve = next(each for each in found["figures"] if each["measure"] == "resolve")
    assert (found["mttr_from"], resolve["value"], resolve["n"]) == ("detected", 55 * 60, 2)
    table = typed(capsys, "--file", str(export), "--by", "weekday", "--zone", "Asia/Tokyo", "--csv").out.splitlines()
    assert table[0].startswith("weekday,measure,name,unit,n,left_out,value")
    assert "Monday,detect,MTTD,seconds,1,0,240,240,240,,0,0,,0" in table
    assert typed(capsys, "--file", str(export), "--service", "nothing").out.endswith("in that time.\n")


def test_the_times_can_be_drawn(capsys: pytest.CaptureFixture[str], export: Path, tmp_path: Path) -> None:
    drawing = tmp_path / "times.svg"
    said = typed(capsys, "--file", str(export), "--compare-services", "--plot", str(drawing))
    assert f"The chart is in {drawing}." in said.err
    drawn = drawing.read_text()
    assert "<title>How long do incidents take?</title>" in drawn
    assert "checkout" in drawn


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("--json", "--csv"), 2, "--json and --csv are two answers."),
        (("--plot", "times.gif"), 2, "times.gif is neither .svg nor .png."),
        (("--plot", "/nowhere/times.svg"), 1, "/nowhere/times.svg cannot be written: No such file or directory."),
        (("--zone", "Mars"), 1, "'Mars' is no time zone."),
        (("--mttr-from", "later"), 1, "'later' is no begin."),
        (("--period", "soon"), 1, "'soon' is not a period."),
        (("--by", "colour"), 1, "Figures cannot be grouped by 'colour'."),
    ],
)
def test_what_is_wrong(
    capsys: pytest.CaptureFixture[str], export: Path, words: tuple[str, ...], status: int, sentence: str
) -> None:
    assert sentence in typed(capsys, "--file", str(export), *words, status=status).err


def test_a_file_that_holds_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "nothing.csv cannot be read: No such file" in typed(capsys, "--file", "nothing.csv", status=1).err
    empty = tmp_path / "empty.csv"
    empty.write_text("detected_at\nsoon\n")
    assert "No row of the file could be read." in typed(capsys, "--file", str(empty), status=1).err
    empty.write_text("detected_at\n")
    assert typed(capsys, "--file", str(empty)).out.endswith("No incident was detected in that time.\n")
    empty.write_text("when,what\n")
    assert "Name its columns severity, service" in typed(capsys, "--file", str(empty), status=1).err


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (3599, "1 h 00"), (9600, "2 h 40"), (266_400, "3.1 d")],
)
def test_times_are_short(seconds: float | None, words: str) -> None:
    assert span(seconds) == words


def test_amounts_have_their_unit() -> None:
    assert [amount(2, "count"), amount(2.25, "per week"), amount(50, "percent")] == ["2", "2.2 a week", "50 %"]
