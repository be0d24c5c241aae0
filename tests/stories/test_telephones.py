"""People who are called and texted: voicemail, no answer, a key, a reply, STOP, and a mail server that is away."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.telephones import Telephones
from tests.support.world import Received, World
from tocsin.delivery.keys import reply_code, reply_key
from tocsin.delivery.model import Receipt, Word
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.outbound import FailureReason
from tocsin.paging.model import RunState
from tocsin.paging.reply_rules import HELP
from tocsin.provider_settings import Voice

ALICE, BOB = "+4915111111111", "+4915122222222"
BURNING = {"job": "checkout", "severity": "critical"}
PHONES = ORGANISATION.replace(
    "  - {name: alice, email: alice@example.com}\n",
    f"""  - name: alice
    email: alice@example.com
    contacts: [{{voice: "{ALICE}"}}, {{sms: "{ALICE}"}}]
    notify: {{high: [{{voice: 0m}}, {{sms: 20m}}], low: [{{email: 0m}}]}}
""",
).replace(
    "  - {name: bob, email: bob@example.com}\n",
    f"""  - name: bob
    email: bob@example.com
    contacts: [{{sms: "{BOB}"}}]
    notify: {{high: [{{email: 0m}}, {{sms: 10m}}], low: [{{email: 0m}}]}}
""",
)
RINGING = Receipt(answer="queued as CA1", ref="CA1", awaits=timedelta(minutes=4), on_silence=Word.FAILED)
QUEUED = Receipt(answer="queued as SM1", ref="SM1", awaits=timedelta(minutes=2))


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, PHONES) as world:
        world.airwaves.receipts |= {"voice": RINGING, "sms": QUEUED}
        yield world


@pytest.fixture
def telephones(world: World) -> Telephones:
    return Telephones(world.db)


def code_of(message: Received) -> str:
    return reply_code(reply_key(bytes(range(32))), message.delivery.id, message.delivery.address)


async def test_a_voicemail_is_no_delivery_and_the_second_call_no_second_chance_for_ever(
    world: World, telephones: Telephones
) -> None:
    begun = world.clock.now()
    await world.alert("HighErrorRate", **BURNING)
    first = world.phone("alice").receives("page", by="voice")
    await world.passes(seconds=40)  # the voicemail has listened to all of it
    await telephones.call_ends(first.delivery.id, "completed")
    await world.passes(seconds=59)
    world.nobody_else_is_paged()
    await world.passes(seconds=1)
    second = world.phone("alice").receives("page", by="voice")
    assert (second.delivery.id, second.at) == (first.delivery.id, begun + timedelta(seconds=100))
    await telephones.call_ends(first.delivery.id, "no-answer", sid="CA1")
    await world.worker.drain()
    assert world.phone("alice").receives("page", by="sms").at == world.clock.now()  # the next way at once
    await world.says("Page to @alice by voice did not arrive: nobody took the call.")
    await world.passes(seconds=(begun + timedelta(minutes=5) - world.clock.now()).total_seconds())
    world.phone("bob").receives("page", by="email")  # the next person
    world.phone("carol").receives("page")
    await telephones.texts(ALICE, "6 0000")


async def test_a_call_of_which_nothing_is_heard_has_failed(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page", by="voice")
    await world.passes(minutes=4)
    world.phone("alice").receives("page", by="sms")
    await world.says("Page to @alice by voice did not arrive: the provider said nothing more for 4m.")


async def test_a_key_press_takes_it_and_the_other_channels_fall_silent(world: World, telephones: Telephones) -> None:
    await world.alert("HighErrorRate", **BURNING)
    call = world.phone("alice").receives("page", by="voice")
    heard = await telephones.presses(call.delivery.id, "5")
    assert heard.count("HighErrorRate on checkout.") == 2
    assert "Press 4 to take it. Press 5 to hear it again. Press 6 to have the next person called." in heard
    assert "That key" not in heard
    for _ in range(2):  # Twilio asks again when our answer was late
        assert await telephones.presses(call.delivery.id, "4") == "You have incident 1. Nobody else is woken."
    await telephones.call_ends(call.delivery.id, "completed")
    await world.worker.drain()
    incident = await world.see()
    assert incident.acknowledged_by == "@alice"
    await world.says("Page to @alice by voice arrived: key 4 was pressed.")
    await world.passes(hours=0.4)  # neither the text after 20 minutes nor the next step
    world.nobody_else_is_paged()


async def test_key_6_has_the_next_person_called(world: World, telephones: Telephones) -> None:
    await world.alert("HighErrorRate", **BURNING)
    call = world.phone("alice").receives("page", by="voice")
    assert await telephones.presses(call.delivery.id, "6") == "You are not called for incident 1 any more."
    await world.worker.drain()
    world.phone("bob").receives("page", by="email")
    world.phone("carol").receives("page")
    german = telephones.without(voice=Voice(language="de-DE"))
    assert (await german.presses(call.delivery.id, "4")).startswith("Für Vorfall 1 ändert sich nichts:")


async def called_about_three(world: World) -> tuple[Received, Received]:
    """Somebody else gets the other pages: what alice gets are the first call and the one that is held for the rest."""
    for n in (1, 2, 3):
        await world.declare(f"Trouble {n}", severity="SEV-3", services=("checkout",))
    first = world.phone("alice").receives("page", saying="Trouble 1")
    await world.passes(seconds=4)
    return first, world.phone("alice").receives("page", saying="2 messages in one")


async def test_a_key_in_a_call_about_several_takes_all_that_it_names_and_says_which(
    world: World, telephones: Telephones
) -> None:
    first, together = await called_about_three(world)
    german = telephones.without(voice=Voice(language="de-DE"))
    again = await german.presses(together.delivery.id, "5")
    assert "Sie werden zu 2 Vorfällen gerufen. Vorfall" in again
    assert "Vorfall 2. Trouble 2." in again
    assert "Vorfall 3. Trouble 3." in again
    assert "Drücken Sie die 4, um alle zu übernehmen." in again
    assert (await german.presses(together.delivery.id, "4")).startswith("Sie haben die Vorfälle")
    await world.worker.drain()
    assert [(await world.see(ref)).acknowledged_by for ref in ("INC-1", "INC-2", "INC-3")] == [None, "@alice", "@alice"]
    await telephones.presses(first.delivery.id, "4")
    await world.passes(hours=0.4)
    world.nobody_else_is_paged()


async def test_a_call_about_several_rings_until_somebody_has_the_last_of_them(world: World) -> None:
    first, together = await called_about_three(world)
    await world.acknowledge("bob", "INC-1")
    await world.acknowledge("bob", "INC-2")
    await world.worker.drain()
    assert world.airwaves.taken_back == [first.delivery.id]
    await world.acknowledge("bob", "INC-3")
    await world.worker.drain()
    assert world.airwaves.taken_back == [first.delivery.id, together.delivery.id]
    await world.passes(minutes=5)
    world.airwaves.unread.clear()


async def test_a_reply_to_a_text_about_several_passes_on_all_that_are_not_over(
    world: World, telephones: Telephones
) -> None:
    await world.configure(PHONES.replace("[{voice: 0m}, {sms: 20m}]", "[{sms: 0m}]"))
    first, together = await called_about_three(world)
    await world.resolve("root", "INC-3")
    said = await telephones.texts(ALICE, f"6 {code_of(together)}")
    assert said.startswith("You are not called for INC-2 any more. INC-3: ")
    assert await telephones.texts(ALICE, f"4 {code_of(first)}") == "You have INC-1. Nobody else is woken for it."
    await world.acknowledge("bob", "INC-2")
    await world.worker.drain()
    world.airwaves.unread.clear()


async def test_when_the_mail_server_is_down_the_text_goes_at_once_and_its_reply_takes_it(
    world: World, telephones: Telephones
) -> None:
    world.airwaves.break_down("voice", FailureReason.AUTHENTICATION)
    world.airwaves.break_down("email")
    await world.alert("HighErrorRate", **BURNING)
    text = world.phone("alice").receives("page", by="sms")
    assert await telephones.texts(ALICE, "what?") == HELP
    assert await telephones.texts(ALICE, "4") == "Which page? Answer with the code of its text: 4 1234."
    wrong = str(1000 + (int(code_of(text)) + 1) % 9000)
    assert (await telephones.texts(ALICE, f"4 {wrong}")).startswith("No page to this number has that code")
    assert await telephones.texts(BOB, f"4 {code_of(text)}") != "You have INC-1. Nobody else is woken for it."
    assert await telephones.texts("+4915100000000", f"4 {code_of(text)}") == ""  # a stranger learns nothing
    assert await telephones.texts(ALICE, f"ACK {code_of(text)}") == "You have INC-1. Nobody else is woken for it."
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    assert await telephones.texts(ALICE, f"4 {code_of(text)}") == "You have INC-1. Nobody else is woken for it."
    assert (await telephones.texts(ALICE, f"6 {code_of(text)}")).startswith("You have answered this page already.")
    await world.passes(minutes=25)
    world.airwaves.mend_all()


async def test_whoever_guesses_codes_is_refused_even_the_right_one(world: World, telephones: Telephones) -> None:
    world.airwaves.break_down("voice", FailureReason.AUTHENTICATION)
    await world.alert("HighErrorRate", **BURNING)
    code = int(code_of(world.phone("alice").receives("page", by="sms")))
    for n in range(1, 12):
        await telephones.texts(ALICE, f"4 {1000 + (code - 1000 + n) % 9000}")
    assert await telephones.texts(ALICE, f"4 {code}") == (
        "Too many wrong codes. Open the link of the text, or sign in."
    )
    await world.acknowledge("alice")
    world.airwaves.mend_all()


async def test_what_the_network_says_of_a_text_is_written_down(world: World, telephones: Telephones) -> None:
    world.airwaves.break_down("voice", FailureReason.AUTHENTICATION)
    await world.alert("HighErrorRate", **BURNING)
    text = world.phone("alice").receives("page", by="sms")
    await telephones.text_is(text.delivery.id, "sent")
    await telephones.text_is(text.delivery.id, "delivered")
    await telephones.text_is(text.delivery.id, "sent")  # late, and out of order
    await world.says("Page to @alice by sms arrived: Twilio says delivered.")
    await world.acknowledge("alice")
    world.airwaves.mend_all()


async def test_stop_ends_the_texts_and_is_told_by_another_way(world: World, telephones: Telephones) -> None:
    world.airwaves.break_down("voice", FailureReason.AUTHENTICATION)
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page", by="sms")
    assert (await telephones.texts(ALICE, "Stop.")).startswith("You get no texts from Tocsin any more.")
    await world.worker.drain()
    told = world.phone("alice").receives("notice", by="email")
    assert "+49…111" in told.view.what
    assert "its owner has answered STOP" in told.view.what
    await world.acknowledge("alice")
    world.airwaves.mend_all()
