"""`tocsin merge`, `split`, `link`, `unlink` (LIF-6): who may not, then what is said."""

from tests.surfaces.cli.terminal import Terminal

WORDS = (
    ("merge", "INC-2", "--into", "INC-1"),
    ("split", "INC-2", "--why", "x"),
    ("link", "INC-2", "--to", "INC-1"),
    ("unlink", "INC-2", "--to", "INC-1"),
)


async def test_who_may_not(cli: Terminal) -> None:
    await cli("declare", "one")
    await cli("declare", "two")
    for words in WORDS:
        refused = await cli(*words, who="vera", status=1)
        assert refused.err.startswith(f"tocsin {words[0]}: @vera acts as viewer and may not merge and link incidents")


async def test_what_is_said(cli: Terminal) -> None:
    await cli("declare", "one")
    await cli("declare", "two")
    assert (
        await cli("merge", "INC-2", "--into", "INC-1")
    ).out == "INC-2 is merged into INC-1: the work goes on there.\n"
    assert "merged into" in (await cli("show", "INC-2")).out
    assert "tocsin split INC-2" in (await cli("close", "INC-2", status=1)).err
    assert "--why TEXT" in (await cli("split", "INC-2", status=1)).err
    assert (await cli("split", "INC-2", "--why", "two")).out == "INC-2 is an incident of its own again: two\n"
    assert (await cli("link", "INC-2", "--to", "INC-1", "--as", "cause")).out == "INC-2 was caused by INC-1: one\n"
    assert (await cli("link", "INC-1", "--to", "INC-2", "--json")).json()["others"][0]["relation"] == "related"
    assert (await cli("unlink", "INC-2", "--to", "INC-1")).out == "INC-2 has nothing to do with another incident.\n"
    assert (await cli("link", "INC-2", "--to", "INC-1", "--as", "twin", status=2)).err.startswith("tocsin link: ")
