"""What a text is on the wire: as Twilio's own client would send it, and as a template of a gateway says."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from tests.channels.benches import GATEWAY, LOOPBACK, NUMBER, OUTGOING, TWILIO, replace_address
from tests.support.sinks import Behaviour, HttpRequest, HttpSink, answers, says
from tocsin.delivery.keys import ack_links, reply_code
from tocsin.delivery.model import Line, MessageView
from tocsin.delivery.ports import Channel
from tocsin.integrations.channels.definition import Wires
from tocsin.integrations.channels.registry import check_address, why_not_configured
from tocsin.integrations.channels.sms.segments import cost_of
from tocsin.integrations.channels.sms.send import make
from tocsin.integrations.channels.sms.wording import text_of
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.provider_settings import Costs, Gateway, Sms, Twilio
from tocsin.settings import Settings

CREATED = answers(201, b'{"sid": "SM00000000000000000000000000000001", "status": "queued"}')
SETTINGS = Settings(data_dir=Path("/nowhere"), secret_key=bytes(32))
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
OURS = replace_address(OUTGOING, NUMBER)


async def sent(settings: Callable[[str], Settings], sink: HttpSink) -> tuple[HttpRequest, str]:
    """The request of one page by these settings, and what its receipt says."""
    async with GuardedHttp(LOOPBACK) as http:
        channel: Channel = make(Wires(settings(sink.url), LOOPBACK, http))
        receipt = await channel.send(OURS)
    return sink.inbox.take(), receipt.answer


class ToSink(TwilioHttpClient):
    """Twilio's own client, with the host of its requests replaced by that of the sink."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        return super().request(method, url.replace("https://api.twilio.com", self._url), *args, **more)


async def test_a_text_is_the_request_that_twilios_own_client_makes() -> None:
    with HttpSink(CREATED) as sink:
        ours, answer = await sent(lambda url: replace(SETTINGS, twilio=replace(TWILIO, url=url)), sink)
        client = Client(TWILIO.account_sid, TWILIO.auth_token, http_client=ToSink(sink.url))
        said = dict(parse_qsl(ours.body.decode()))
        client.messages.create(to=said["To"], from_=said["From"], body=said["Body"])
        theirs = await sink.inbox.receives()
    assert (ours.method, ours.path) == (theirs.method, theirs.path)
    assert dict(parse_qsl(ours.body.decode())) == dict(parse_qsl(theirs.body.decode()))
    for header in ("authorization", "content-type", "accept"):
        assert ours.headers[header] == theirs.headers[header]
    assert answer == "HTTP 201 queued as SM00000000000000000000000000000001"
    assert said["Body"] == (
        "[SEV-2] INC-1 Checkout 5xx. Since 04:00 CET. 12 % of requests fail. https://tocsin.example.com/a/x4t9"
    )


async def test_an_api_key_and_a_messaging_service_are_used_where_they_are_set() -> None:
    account = replace(TWILIO, api_key="SK1", api_secret="key secret", messaging_service="MG1")
    with HttpSink(CREATED) as sink:
        request, _ = await sent(lambda url: replace(SETTINGS, twilio=replace(account, url=url)), sink)
    assert base64.b64decode(request.headers["authorization"].split()[1]) == b"SK1:key secret"
    form = dict(parse_qsl(request.body.decode()))
    assert form["MessagingServiceSid"] == "MG1"
    assert "From" not in form


async def test_where_replies_reach_us_the_text_offers_a_code() -> None:
    def settings(url: str) -> Settings:
        return replace(SETTINGS, twilio=replace(TWILIO, url=url), sms=Sms(replies=True))

    with HttpSink(CREATED) as sink:
        request, _ = await sent(settings, sink)
    text = dict(parse_qsl(request.body.decode()))["Body"]
    code = text.split("Reply 4 ")[1][:4]
    assert f"Reply 4 {code} to take it, 6 {code} to pass it on. https://tocsin.example.com/a/x4t9" in text
    assert code.isdecimal()
    assert reply_code(bytes(32), OURS.id, NUMBER) != reply_code(bytes(32), OURS.id, "+4915100000000")


@pytest.mark.parametrize(("count", "offer"), [(3, "take them all, 6 1234 to pass them on."), (1, "take it, 6 1234")])
def test_a_text_of_several_pages_names_them_and_one_code_is_for_all(count: int, offer: str) -> None:
    pages = tuple(Line(f"INC-{n}", f"Trouble {n}") for n in range(1, count + 1))
    view = MessageView(title="3 messages in one", severity="SEV-3", pages=pages, url="https://t.example.com/incidents")
    together = msgspec.structs.replace(OURS, message=view, ack_url=None, short_url=None)
    text = text_of(together, "1234", 3)
    assert text.startswith("[SEV-3] 3 messages in one. INC-1 Trouble 1")
    assert all(f"{page.label} {page.value}" in text for page in pages)
    assert f"Reply 4 1234 to {offer}" in text
    assert "Reply" not in text_of(together, None, 3)


async def test_an_error_of_twilio_is_named_by_its_number_and_its_words_are_not_repeated() -> None:
    refusal = answers(400, b'{"code": 21211, "message": "secret of the peer", "status": 400}')
    with HttpSink(refusal) as sink:
        with pytest.raises(SendFailed) as failed:
            await sent(lambda url: replace(SETTINGS, twilio=replace(TWILIO, url=url)), sink)
        sink.inbox.take()
    assert failed.value.reason is FailureReason.REFUSED
    assert "Twilio's error 21211 (https://www.twilio.com/docs/api/errors/21211)" in failed.value.detail
    assert "secret" not in failed.value.detail


def test_a_usual_page_with_its_code_is_one_segment() -> None:
    view = MessageView(title="Checkout 5xx", incident_ref="INC-142", severity="SEV-2", since=OURS.now, time_zone="UTC")
    links = ack_links(bytes(32), "https://tocsin.example.com")
    page = msgspec.structs.replace(OURS, message=view, short_url=links.short_url_for(OURS.id))
    assert cost_of(text_of(page, "1234", 3)) == (1, True)
    whole = msgspec.structs.replace(page, short_url=links.url_for(OURS.id))
    assert cost_of(text_of(whole, "1234", 3)).segments == 2, "what the short link is for"


@pytest.mark.parametrize(("behaviour", "cost"), [(says(b""), Decimal("0.08")), (answers(503), None)])
async def test_a_text_that_was_not_answered_costs_as_if_it_had_been_taken(
    behaviour: Behaviour, cost: Decimal | None
) -> None:
    prices = (("", Decimal("0.08")),)
    with HttpSink(behaviour) as sink:
        with pytest.raises(SendFailed) as failed:
            await sent(lambda url: replace(SETTINGS, twilio=replace(TWILIO, url=url), costs=Costs(sms=prices)), sink)
        sink.inbox.take()
    assert failed.value.cost == cost


async def test_what_answers_like_some_other_program_has_taken_nothing() -> None:
    with HttpSink(answers(200, b"<html>welcome</html>")) as sink:
        with pytest.raises(SendFailed, match="does not answer like Twilio"):
            await sent(lambda url: replace(SETTINGS, twilio=replace(TWILIO, url=url)), sink)
        sink.inbox.take()


@pytest.mark.parametrize(
    ("template", "path", "body"),
    [
        (Gateway(url="/send?to={to}&text={text}", method="get"), "/send?to=%2B4915112345678&text=%5BSEV-2%5D", ""),
        (
            Gateway(
                url="/send", headers=(("Content-Type", "application/x-www-form-urlencoded"),), body="n={to}&t={text}"
            ),
            "/send",
            "n=%2B4915112345678&t=%5BSEV-2%5D",
        ),
        (Gateway(url="/{secret}/send", secret="a/b", body="{to} {text}"), "/a%2Fb/send", "+4915112345678 [SEV-2]"),
        (replace(GATEWAY, url="/send"), "/send", '{"to": "+4915112345678", "text": "[SEV-2]'),
    ],
    ids=["address", "form", "plain", "JSON"],
)
async def test_a_template_is_escaped_for_where_its_places_stand(template: Gateway, path: str, body: str) -> None:
    with HttpSink(answers(200, b"{}")) as sink:
        request, answer = await sent(
            lambda url: replace(SETTINGS, sms_gateway=replace(template, url=url + (template.url or ""))), sink
        )
    assert request.method == template.method.upper()
    assert request.path.startswith(path)
    assert request.body.decode().startswith(body)
    assert answer == "HTTP 200"


async def test_json_of_a_template_stays_json_whatever_an_alert_holds() -> None:
    hostile = 'quote " backslash \\ line\n{secret} {to}'
    outgoing = replace_address(OUTGOING, NUMBER)
    message = {"title": hostile, "what": hostile}
    outgoing = msgspec.structs.replace(outgoing, message=msgspec.structs.replace(outgoing.message, **message))
    with HttpSink(answers(200, b'{"messages": [{"id": "m-1"}]}')) as sink:
        template = replace(GATEWAY, url=f"{sink.url}/send", id_at="messages.0.id")
        async with GuardedHttp(LOOPBACK) as http:
            receipt = await make(Wires(replace(SETTINGS, sms_gateway=template), LOOPBACK, http)).send(outgoing)
        document = json.loads(sink.inbox.take().body)
    assert document["to"] == NUMBER
    assert "{secret} {to}" in document["text"]
    assert "s3cret" not in document["text"]
    assert receipt.answer == "HTTP 200 id m-1"


async def test_only_what_the_template_calls_success_is_a_receipt() -> None:
    with HttpSink(answers(200)) as sink:
        template = replace(GATEWAY, url=sink.url, success=("202",))
        with pytest.raises(SendFailed, match="does not call success"):
            await sent(lambda _: replace(SETTINGS, sms_gateway=template), sink)
        sink.inbox.take()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (SETTINGS, "TOCSIN_TWILIO_ACCOUNT_SID and TOCSIN_TWILIO_AUTH_TOKEN; or TOCSIN_SMS_GATEWAY_URL"),
        (replace(SETTINGS, twilio=Twilio(account_sid="AC1")), "set TOCSIN_TWILIO_AUTH_TOKEN, or TOCSIN_TWILIO_API_KEY"),
        (replace(SETTINGS, twilio=replace(TWILIO, number=None)), "set TOCSIN_TWILIO_NUMBER"),
        (replace(SETTINGS, twilio=TWILIO, sms=Sms(provider="gateway")), "set TOCSIN_SMS_GATEWAY_URL"),
        (replace(SETTINGS, twilio=TWILIO), None),
        (replace(SETTINGS, sms_gateway=Gateway(url="http://10.0.0.9/")), None),
    ],
)
def test_what_is_missing_is_named(settings: Settings, said: str | None) -> None:
    why = why_not_configured("sms", settings)
    assert (why is None) if said is None else (why is not None and said in why)


@pytest.mark.parametrize("written", ["+49 151 1234-5678", "0049 (151) 12345678", "+49.151.12345678"])
def test_a_number_has_one_form(written: str) -> None:
    assert check_address("sms", written) == NUMBER


@pytest.mark.parametrize(
    "written", ["0151 12345678", "+49 151 123 LOVE", "+4", "+0123456789", "https://example.com", ""]
)
def test_what_is_no_number_is_refused_with_what_to_write(written: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_address("sms", written)
    assert refusal.value.field == "sms"
    assert "+49 151 12345678" in (refusal.value.remedy or "")
