"""What a call is on the wire, and what it says."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import msgspec
import pytest
from twilio.rest import Client

from tests.channels.benches import LOOPBACK, NUMBER, OUTGOING, replace_address
from tests.channels.test_sms import ToSink
from tests.rules.test_delivery_rules import delivery
from tests.support.sinks import HttpRequest, HttpSink, answers, says
from tests.support.telephones import LINKS, SETTINGS, TOKEN
from tocsin.delivery.model import DeliveryState, Line, MessageView, Purpose, Receipt, Word
from tocsin.integrations.channels.definition import Wires
from tocsin.integrations.channels.registry import check_address, why_not_configured
from tocsin.integrations.channels.voice.send import make
from tocsin.integrations.telephony import twiml
from tocsin.integrations.telephony.answers import spoken
from tocsin.integrations.telephony.phrases import LANGUAGES
from tocsin.integrations.telephony.script import script
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import SendFailed
from tocsin.paging.answered import Answered, Did
from tocsin.provider_settings import Costs, Gateway, Twilio, Voice
from tocsin.settings import Settings

CREATED = answers(201, b'{"sid": "CA00000000000000000000000000000001", "status": "queued"}')
OURS = replace_address(OUTGOING, NUMBER)


async def called(settings: Settings, sink: HttpSink) -> tuple[HttpRequest, Receipt]:
    async with GuardedHttp(LOOPBACK) as http:
        receipt = await make(Wires(settings, LOOPBACK, http)).send(OURS)
    return sink.inbox.take(), receipt


async def test_a_call_is_the_request_that_twilios_own_client_makes_and_no_delivery_yet() -> None:
    with HttpSink(CREATED) as sink:
        ours, receipt = await called(replace(SETTINGS, twilio=replace(SETTINGS.twilio, url=sink.url)), sink)
        form = dict(parse_qsl(ours.body.decode()))
        Client("AC0", TOKEN, http_client=ToSink(sink.url)).calls.create(
            to=NUMBER,
            from_="+15557654321",
            twiml=form["Twiml"],
            timeout=30,
            status_callback=LINKS.url_for("twilio/calls", OURS.id),
            status_callback_event=["completed"],
        )
        theirs = await sink.inbox.receives()
    assert (ours.method, ours.path) == (theirs.method, theirs.path)
    assert sorted(parse_qsl(ours.body.decode())) == sorted(parse_qsl(theirs.body.decode()))
    assert ours.headers["authorization"] == theirs.headers["authorization"]
    assert (receipt.ref, receipt.on_silence) == ("CA00000000000000000000000000000001", Word.FAILED)
    assert receipt.awaits is not None
    assert receipt.awaits > timedelta(seconds=60)


async def test_a_call_that_was_not_answered_costs_as_if_it_had_been_taken() -> None:
    with HttpSink(says(b"")) as sink:
        costs = Costs(voice=(("+49", Decimal("0.1")),))
        with pytest.raises(SendFailed) as failed:
            await called(replace(SETTINGS, twilio=replace(SETTINGS.twilio, url=sink.url), costs=costs), sink)
        sink.inbox.take()
    assert failed.value.cost == Decimal("0.1")


async def test_it_is_said_twice_slowly_and_waits_for_one_key() -> None:
    with HttpSink(CREATED) as sink:
        request, _ = await called(replace(SETTINGS, twilio=replace(SETTINGS.twilio, url=sink.url)), sink)
    response = ElementTree.fromstring(dict(parse_qsl(request.body.decode()))["Twiml"])
    gather = response[0]
    assert (gather.tag, gather.get("numDigits"), gather.get("method")) == ("Gather", "1", "POST")
    assert gather.get("action") == LINKS.url_for("twilio/keys", OURS.id)
    facts = ["Incident 1.", "Severity 2.", "Checkout 5xx.", "12 % of requests fail.", "Since 4:00."]
    assert [each.text for each in gather if each.tag == "Say"] == [
        "This is Tocsin.",
        *facts,
        *facts,
        "Press 4 to take it.",
        "Press 5 to hear it again.",
        "Press 6 to have the next person called.",
    ]
    assert [each.tag for each in gather] == ["Say", "Pause"] * 14
    assert [each.tag for each in response] == ["Gather", "Say", "Pause", "Hangup"]


@pytest.mark.parametrize("hostile", ["</Say><Dial>+1900</Dial>", '"&<>\u0000\u202e', "]]>", "\ud800"])
async def test_what_an_alert_holds_is_said_and_never_done(hostile: str) -> None:
    message = msgspec.structs.replace(OUTGOING.message, title=hostile, what=hostile)
    response = ElementTree.fromstring(twiml.call(script(Purpose.PAGE, message, "en-GB"), "https://a.example/?a=1&b=2"))
    assert {each.tag for each in response.iter()} == {"Response", "Gather", "Say", "Pause", "Hangup"}


async def test_a_gateway_is_told_the_words_and_where_to_tell_the_key() -> None:
    with HttpSink(answers(200, b'{"call": "c-7"}')) as sink:
        template = Gateway(
            url=f"{sink.url}/call",
            headers=(("Content-Type", "application/json"),),
            body='{"to": "{to}", "say": "{text}", "lang": "{language}", "callback": "{callback}"}',
            id_at="call",
        )
        settings = replace(SETTINGS, twilio=Twilio(), voice_gateway=template, voice=Voice(language="de-DE"))
        request, receipt = await called(settings, sink)
    said: dict[str, Any] = request.json()
    assert said["callback"] == LINKS.url_for("gateway/calls", OURS.id)
    assert (said["to"], said["lang"], receipt.ref) == (NUMBER, "de-DE", "c-7")
    assert said["say"].startswith("Hier ist Tocsin. Vorfall 1. Severity 2. Checkout 5xx.")
    assert said["say"].count("12 % of requests fail.") == 2
    assert receipt.on_silence is Word.FAILED


CALLED = delivery(kind="voice", address=NUMBER, ref="CA0123", state=DeliveryState.TAKEN)


async def hung_up(settings: Settings) -> None:
    async with GuardedHttp(LOOPBACK) as http:
        await make(Wires(settings, LOOPBACK, http)).take_back(CALLED, OURS.now)


async def test_a_call_is_ended_by_the_request_that_twilios_own_client_makes() -> None:
    with HttpSink(answers(200, b'{"sid": "CA0123", "status": "completed"}')) as sink:
        await hung_up(replace(SETTINGS, twilio=replace(SETTINGS.twilio, url=sink.url)))
        ours = sink.inbox.take()
        Client("AC0", TOKEN, http_client=ToSink(sink.url)).calls("CA0123").update(status="completed")
        theirs = await sink.inbox.receives()
    assert (ours.method, ours.path, ours.body) == (theirs.method, theirs.path, theirs.body)
    assert ours.headers["authorization"] == theirs.headers["authorization"]


async def test_a_gateway_is_told_to_hang_up_where_a_template_says_how() -> None:
    with HttpSink(answers(204)) as sink:
        calls = Gateway(url=f"{sink.url}/call")
        settings = replace(SETTINGS, twilio=Twilio(), voice_gateway=calls)
        await hung_up(settings)
        assert sink.inbox.waiting() == []
        ending = Gateway(url=f"{sink.url}/calls/{{ref}}?delivery={{id}}&to={{to}}", method="put")
        await hung_up(replace(settings, voice_hang_up=ending))
        request = sink.inbox.take()
    assert (request.method, request.path) == ("PUT", f"/calls/CA0123?delivery={CALLED.id}&to=%2B4915112345678")


async def test_a_call_that_is_over_already_is_a_refusal_that_names_it() -> None:
    with HttpSink(answers(400, b'{"code": 21220, "message": "Call is not in-progress"}')) as sink:
        with pytest.raises(SendFailed, match="Twilio's error 21220"):
            await hung_up(replace(SETTINGS, twilio=replace(SETTINGS.twilio, url=sink.url)))
        sink.inbox.take()


@pytest.mark.parametrize(
    ("purpose", "can_acknowledge", "keys"),
    [(Purpose.PAGE, True, "456"), (Purpose.TEST, True, "45"), (Purpose.NOTICE, False, "45")],
)
def test_the_menu_names_what_can_be_done(purpose: Purpose, can_acknowledge: bool, keys: str) -> None:
    said = script(purpose, MessageView(title="x", can_acknowledge=can_acknowledge), "en-GB")
    assert said.keys == keys
    assert [line.split()[1] for line in said.menu] == list(keys)


def test_a_code_is_said_figure_by_figure() -> None:
    message = MessageView(title="123456 is your code", lines=(Line("Code", "123456"),), gives_code=True)
    said = script(Purpose.NOTICE, message, "en-GB").in_order()
    assert said == (
        "This is Tocsin.",
        *("Code.", "1 2 3 4 5 6.") * 2,
        "Press 4 to confirm that you have heard this.",
    )
    stored = msgspec.structs.replace(message, lines=())  # the code itself is not stored
    assert script(Purpose.NOTICE, stored, "en-GB").facts == ()


def test_a_call_of_several_pages_names_each_and_offers_keys_for_all() -> None:
    pages = tuple(Line(f"INC-{n}", f"Trouble {n}") for n in range(2, 9))
    message = MessageView(title="7 messages in one: 7 pages", severity="SEV-3", what="They came.", pages=pages)
    said = script(Purpose.PAGE, message, "en-GB")
    assert said.facts == (
        "You are paged for 7 incidents.",
        *(f"Incident {n}. Trouble {n}." for n in range(2, 7)),
        *("Incident 7.", "Incident 8."),
    )
    assert said.keys == "456"
    assert said.menu[0] == "Press 4 to take them all."
    alone = script(Purpose.PAGE, msgspec.structs.replace(message, pages=pages[:1]), "de-DE")
    assert (alone.facts, alone.keys) == (("Vorfall 2. Trouble 2.",), "456")
    assert alone.menu[0] == "Drücken Sie die 4, um zu übernehmen."


SEVERAL = [Answered(Did.TAKEN, "INC-2"), Answered(Did.HELPS, "INC-5", holder="bob"), Answered(Did.TAKEN, "INC-11")]
OVER = Answered(Did.NOTHING, "INC-3", why="INC-3 is resolved.")


@pytest.mark.parametrize(
    ("answered", "language", "said"),
    [
        ([], "fr-CA", "Merci."),
        ([Answered(Did.PROVEN)], "de-DE", "Es funktioniert, vielen Dank. Dieser Kontakt ist bestätigt."),
        ([Answered(Did.NOTHING, why="This link has been used.")], "de-DE", "Es ändert sich nichts: Dies wurde schon"),
        ([OVER], "fr-FR", "Rien ne change pour l'incident 3 :"),
        ([Answered(Did.DECLINED, "INC-7")], "de-DE", "Für Vorfall 7 werden Sie nicht mehr angerufen."),
        (
            SEVERAL,
            "de-DE",
            "Sie haben die Vorfälle 2 und 11. Niemand sonst wird geweckt. bob hat Vorfall 5 und weiß, dass Sie",
        ),
        (SEVERAL, "en-US", "You have incidents 2 and 11. Nobody else is woken. bob has incident 5, and knows that you"),
    ],
)
def test_what_a_key_has_done_is_said_in_the_language_of_the_call(
    answered: list[Answered], language: str, said: str
) -> None:
    assert spoken(answered, language).startswith(said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("did", Did)
def test_every_outcome_has_its_words_in_every_language(did: Did, language: str) -> None:
    said = spoken([Answered(did, "INC-4", holder="bob"), Answered(did, "INC-6", holder="bob")], language)
    assert "{" not in said
    assert (did is Did.PROVEN) is not ("4" in said and "6" in said)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(data_dir=SETTINGS.data_dir), "or TOCSIN_VOICE_GATEWAY_URL"),
        (replace(SETTINGS, twilio=replace(SETTINGS.twilio, number=None)), "TOCSIN_TWILIO_NUMBER"),
        (replace(SETTINGS, public_url="http://127.0.0.1:8377"), "TOCSIN_PUBLIC_URL"),
        (replace(SETTINGS, public_url="http://tocsin.internal"), "TOCSIN_PUBLIC_URL"),
        (replace(SETTINGS, voice=Voice(provider="gateway")), "TOCSIN_VOICE_GATEWAY_URL"),
        (
            replace(SETTINGS, twilio=Twilio(account_sid="AC0", api_key="k", api_secret="s", number="+15557654321")),
            "TOCSIN_TWILIO_AUTH_TOKEN or TOCSIN_TWILIO_SIGNING_SECRET",
        ),
        (SETTINGS, None),
        (replace(SETTINGS, twilio=Twilio(), voice_gateway=Gateway(url="http://10.0.0.9/")), None),
    ],
)
def test_what_is_missing_is_named(settings: Settings, said: str | None) -> None:
    why = why_not_configured("voice", settings)
    assert (why is None) if said is None else (why is not None and said in why)


def test_a_number_has_one_form() -> None:
    assert check_address("voice", "+49 (151) 12345678") == NUMBER
    with pytest.raises(Invalid) as refusal:
        check_address("voice", "0151 12345678")
    assert refusal.value.field == "voice"
