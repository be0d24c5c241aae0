"""`tocsin checklist`: who may not, then what it prints and what is ticked (GRD-2)."""

from tests.surfaces.cli.terminal import Terminal


async def test_who_may_not(cli: Terminal) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    assert "may not tick checklists" in (await cli("checklist", "INC-1", "--tick", "2", who="vera", status=1)).err
    assert "First 5 minutes" in (await cli("checklist", "INC-1", who="vera")).out


async def test_the_phase_for_now_is_printed_in_full_and_the_others_in_a_line(cli: Terminal) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    said = (await cli("checklist", "INC-1")).out
    assert "First 5 minutes" in said
    assert " 2 [ ] Is it really down?" in said
    assert "[x] Set the severity" in said
    assert "as soon as somebody commands" in said
    assert "Before it is resolved  2 of 13" in said
    assert "Open the bridge" not in said
    everything = (await cli("checklist", "INC-1", "--all")).out
    assert "Open the bridge" in everything
    assert "One person decides; everybody else works." in everything


async def test_an_item_is_ticked_and_taken_back(cli: Terminal) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    assert " 2 [x] Is it really down?  @alice" in (await cli("checklist", "INC-1", "--tick", "2")).out
    assert " 2 [ ] Is it really down?" in (await cli("checklist", "INC-1", "--untick", "2")).out
    told = (await cli("checklist", "INC-1", "--tick", "2", "--json")).json()
    assert told["parts"][0]["items"][1]["ticked"] is True


async def test_what_is_wrong(cli: Terminal) -> None:
    await cli("declare", "Checkout fails", "--severity", "SEV-1")
    assert "--untick" in (await cli("checklist", "INC-1", "--tick", "2", "--untick", "3", status=2)).err
    assert "Items are 1 to" in (await cli("checklist", "INC-1", "--tick", "99", status=1)).err
    assert "ticks itself as soon as" in (await cli("checklist", "INC-1", "--tick", "1", status=1)).err
