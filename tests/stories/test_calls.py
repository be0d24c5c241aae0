"""The call of an incident (WAR-4): whoever is paged reads where to join it."""

from tests.stories.conftest import ORGANISATION
from tests.support.world import World


async def test_a_page_says_where_people_speak(world: World) -> None:
    pattern = "organisation: {war_room: 'https://meet.example.com/{id}-{slug}', "
    await world.configure(ORGANISATION.replace("organisation: {", pattern))
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    page = world.phone("alice").receives("page")
    assert ("Join the call", "https://meet.example.com/INC-1-higherrorrate") in [
        (line.label, line.value) for line in page.view.lines
    ]


async def test_without_a_call_a_page_names_none(world: World) -> None:
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    assert "Join the call" not in [line.label for line in world.phone("alice").receives("page").view.lines]
