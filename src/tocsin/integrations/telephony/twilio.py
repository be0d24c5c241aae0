"""Twilio's API of 2010-04-01, which its competitors speak too: one POST of a form with basic authentication."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import encode_basic_auth

from tocsin.integrations.telephony.provider import Taken
from tocsin.kernel.http import GuardedHttp, HttpTimeout, parse_url
from tocsin.kernel.http_answer import HttpAnswer, failure_of
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.text import one_line
from tocsin.provider_settings import Twilio

Form = Sequence[tuple[str, str]]


class TwilioApi:
    """Creates and changes resources of one account: `Messages`, `Calls`."""

    def __init__(self, http: GuardedHttp, account: Twilio, timeout: HttpTimeout) -> None:
        self._http = http
        self._account = account
        self._timeout = timeout
        url = parse_url(account.url)
        self.endpoint = f"{url.host}:{url.port}"

    async def create(self, resource: str, form: Form, now: datetime) -> Taken:
        """The new resource's SID. Raises SendFailed; Twilio's own number of the error leads to what to do."""
        return self._taken(await self._post(resource, form, now))

    async def update(self, resource: str, sid: str, form: Form, now: datetime) -> None:
        """Raises SendFailed."""
        await self._post(f"{resource}/{quote(sid, safe='')}", form, now)

    async def _post(self, path: str, form: Form, now: datetime) -> HttpAnswer:
        account = quote(self._account.account_sid or "", safe="")
        answer = await self._http.request(
            "POST",
            f"{self._account.url}/2010-04-01/Accounts/{account}/{path}.json",
            headers={
                "Authorization": encode_basic_auth(*credentials(self._account)),
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            body=urlencode(form).encode(),
            timeout=self._timeout,
        )
        failure = failure_of(answer, self.endpoint, now)
        if failure:
            raise _with_code(failure, answer)
        return answer

    def _taken(self, answer: HttpAnswer) -> Taken:
        """A page of some other program that says 200 to everything has taken nothing."""
        try:
            created = msgspec.json.decode(answer.body, type=_Created)
        except msgspec.DecodeError:
            raise SendFailed(FailureReason.REJECTED, f"{self.endpoint} does not answer like Twilio") from None
        sid = one_line(created.sid, 60)
        return Taken(one_line(f"HTTP {answer.status} {created.status} as {sid}", 120), sid)


def credentials(account: Twilio) -> tuple[str, str]:
    """User and password: an API key where there is one, so that the auth token need not stand here."""
    if account.api_key and account.api_secret:
        return account.api_key, account.api_secret
    return account.account_sid or "", account.auth_token or ""


def missing_of(account: Twilio) -> str | None:
    """What lacks before anything can be created."""
    if not account.account_sid:
        return "set TOCSIN_TWILIO_ACCOUNT_SID and TOCSIN_TWILIO_AUTH_TOKEN"
    if not all(credentials(account)):
        return "set TOCSIN_TWILIO_AUTH_TOKEN, or TOCSIN_TWILIO_API_KEY and TOCSIN_TWILIO_API_SECRET"
    return None


def _with_code(failure: SendFailed, answer: HttpAnswer) -> SendFailed:
    """With the number that Twilio gives the error: `21211` is looked up by whoever mends it."""
    try:
        code = msgspec.json.decode(answer.body, type=_Problem).code
    except msgspec.DecodeError:
        return failure
    if not 0 < code < 1_000_000:
        return failure
    return SendFailed(
        failure.reason,
        f"{failure.detail} with Twilio's error {code} (https://www.twilio.com/docs/api/errors/{code})",
        retry_after=failure.retry_after,
        answer=failure.answer,
    )


class _Created(msgspec.Struct):
    sid: str
    status: str = ""


class _Problem(msgspec.Struct):
    code: int
