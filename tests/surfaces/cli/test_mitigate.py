"""mitigate: first who may not, then what is said (MIT-0, ROL-5)."""

from tests.surfaces.cli.terminal import Terminal

DECLARE = ("declare", "Checkout answers 500", "--service", "checkout", "--severity", "SEV-2")


async def test_who_may_not(cli: Terminal) -> None:
    await cli(*DECLARE)
    await cli("mitigate", "INC-1", "rolled back")
    for words in (("rolled back",), ("1", "--result", "helped"), ("1", "--worse")):
        refused = await cli("mitigate", "INC-1", *words, who="vera", status=1)
        assert "@vera acts as viewer and may not record mitigations" in refused.err
        assert refused.out == ""


async def test_what_is_done_is_recorded_shown_and_finished(cli: Terminal) -> None:
    await cli(*DECLARE)
    assert 'Nothing has been recorded yet: tocsin mitigate INC-1 "what you do"' in (await cli("mitigate", "INC-1")).out
    said = (await cli("mitigate", "INC-1", "rolled back to v2.3.0", "--temporary", "--by", "@bob")).out
    assert said == (
        "Mitigation 1 runs: rolled back to v2.3.0\n"
        "  When it is done: tocsin mitigate INC-1 1 --result helped, or --worse\n"
    )
    assert "SEV-2 · triggered · mitigating · checkout" in (await cli("show", "INC-1")).out
    listed = (await cli("mitigate", "INC-1")).out
    assert "@bob" in listed
    assert "runs" in listed
    assert max(map(len, listed.splitlines())) <= 80
    ended = (await cli("mitigate", "INC-1", "1", "--result", "helped", "--note", "0.1 % errors")).out
    assert ended == "Mitigation 1 helped: rolled back to v2.3.0\n"
    assert (await cli("mitigate", "INC-1", "--json")).json()["mitigations"][0]["result"] == "helped"


async def test_worse_says_what_was_done_and_what_to_do(cli: Terminal) -> None:
    await cli(*DECLARE)
    await cli("mitigate", "INC-1", "disabled the cache", "--way-back", 'set "cache" on')
    said = (await cli("mitigate", "INC-1", "1", "--worse", "--note", "errors doubled")).out
    assert said.startswith("Mitigation 1 is stopped: it made things worse. The room is told.\n")
    assert "tocsin add-responder INC-1" in " ".join(said.split())
    assert """The way back: tocsin mitigate INC-1 "set 'cache' on\"""" in said
    assert "https://tocsin.example.com/maintenance/new?service=checkout" in said


async def test_words_that_are_missing_are_named(cli: Terminal) -> None:
    await cli(*DECLARE)
    assert "What came of mitigation 1 is missing" in (await cli("mitigate", "INC-1", "1", status=2)).err
    assert "tocsin mitigate INC-1 1 --worse" in (await cli("mitigate", "INC-1", "rolled back", "--worse", status=2)).err
    assert "INC-1 has no mitigation 7" in (await cli("mitigate", "INC-1", "7", "--result", "helped", status=1)).err
