"""Little real servers at the other end of a channel: a mailbox, an HTTP receiver, and peers that misbehave.

They run in a thread of their own, so that tests of any colour and programs in other processes can be pointed at them.
Every message must be taken by the test: one that was not expected fails it when the sink is closed.
"""

import asyncio
import email
import email.policy
import json
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Generic, Self, TypeVar

from aiosmtpd.handlers import Message
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.patience import PATIENCE

T = TypeVar("T")
Wish = Callable[[T], bool]


class LoopThread:
    """An event loop in a daemon thread."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def close(self, server: asyncio.Server) -> None:
        self.run(_end(server))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for _ in range(3):  # what was aborted is closed in the next turns of the loop
        await asyncio.sleep(0)


class Inbox(Generic[T]):
    """What arrived, in order, until it is taken."""

    def __init__(self) -> None:
        self._items: list[T] = []
        self._changed = threading.Condition()

    def put(self, item: T) -> None:
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def take(self, wish: Wish[T] = lambda _: True, *, within: float = PATIENCE) -> T:
        """The first that is wished for, waited for; fails with what is there instead."""
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                for index, item in enumerate(self._items):
                    if wish(item):
                        return self._items.pop(index)
                left = deadline - time.monotonic()
                assert left > 0, f"did not arrive within {within:.0f} s; here are: {self._items}"
                self._changed.wait(left)

    async def receives(self, wish: Wish[T] = lambda _: True, *, within: float = PATIENCE) -> T:
        """`take` for async tests: the test's own loop goes on meanwhile."""
        return await asyncio.to_thread(self.take, wish, within=within)

    def waiting(self) -> list[T]:
        with self._changed:
            return list(self._items)

    def forget(self) -> list[T]:
        """Take all that is there, whatever it is."""
        with self._changed:
            items, self._items = self._items, []
            return items


@dataclass
class Mail:
    """A mail as the server took it."""

    sender: str
    receivers: list[str]
    message: EmailMessage

    def is_for(self, to: str, text: str) -> bool:
        return (not to or to in self.receivers) and (text in self.subject or text in self.text)

    @property
    def headers(self) -> EmailMessage:
        return self.message

    def __getitem__(self, header: str) -> str:
        return str(self.message[header])

    @property
    def subject(self) -> str:
        return self["Subject"]

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part else ""


Judge = Callable[[Mail], Awaitable[str]]


async def accept(_mail: Mail) -> str:
    return "250 2.0.0 queued"


class SmtpSink:
    """A mailbox behind a real SMTP server on loopback. `judge` answers the message itself; `refuse_receiver` the RCPT.
    `require_login` needs `tls`, which is then offered by STARTTLS unless `implicit_tls`.

    `with SmtpSink() as sink:` fails at its end when a mail was left untaken (`inbox.forget()` takes them all).
    """

    def __init__(
        self,
        *,
        judge: Judge = accept,
        refuse_receiver: str = "",
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        require_login: tuple[str, str] | None = None,
    ) -> None:
        self.inbox: Inbox[Mail] = Inbox()
        self.judge = judge
        self.refuse_receiver = refuse_receiver
        self._tls = tls
        self._implicit = implicit_tls
        self._login = require_login
        self._sessions: list[SMTP] = []

    def __enter__(self) -> Self:
        self._thread = LoopThread("smtp-sink")
        self._server = self._thread.run(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    @property
    def mails(self) -> list[Mail]:
        """What has come and was not taken yet."""
        return self.inbox.waiting()

    def find(self, *, to: str = "", text: str = "") -> Mail | None:
        """Takes the first mail to `to` whose subject or text holds `text`, if it is there already."""
        there = any(mail.is_for(to, text) for mail in self.mails)
        return self.inbox.take(lambda mail: mail.is_for(to, text)) if there else None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def _listen(self) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            self._session, "127.0.0.1", 0, ssl=self._tls if self._implicit else None
        )

    async def _hang_up(self) -> None:
        for session in self._sessions:
            if session.transport is not None:
                session.transport.abort()

    def _session(self) -> SMTP:
        session = SMTP(
            _Receiver(self),
            enable_SMTPUTF8=True,
            hostname="sink.example",
            tls_context=None if self._implicit else self._tls,
            auth_required=self._login is not None,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )
        self._sessions.append(session)
        return session

    def _authenticate(
        self, _server: object, _session: object, _envelope: object, _how: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._login, handled=False)

    def __exit__(self, kind: object, *_: object) -> None:
        self._thread.run(self._hang_up())
        self._thread.close(self._server)
        if kind is None:
            left = [mail.subject for mail in self.inbox.waiting()]
            assert not left, f"unexpected mail: {left}"


class _Receiver(Message):
    def __init__(self, sink: SmtpSink) -> None:
        super().__init__()
        self._sink = sink

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._sink.refuse_receiver:
            return self._sink.refuse_receiver
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        mail = Mail(str(envelope.mail_from), [str(to) for to in envelope.rcpt_tos], message)
        answer = await self._sink.judge(mail)
        if answer.startswith("2"):
            self._sink.inbox.put(mail)
        return answer

    def handle_message(self, message: object) -> None:
        raise AssertionError("handle_DATA is ours")


@dataclass
class HttpRequest:
    """A request as it came in; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    def json(self) -> Any:
        return json.loads(self.body)


Behaviour = Callable[[HttpRequest, asyncio.StreamWriter], Awaitable[None]]


def answers(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """An ordinary answer; `Retry_After="7"` becomes a header."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *lines, "", ""])

    async def behave(_request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(head.encode() + body)

    return behave


def silent() -> Behaviour:
    """Takes the message and never says so."""

    async def behave(_request: HttpRequest, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)

    return behave


def drips(data: bytes, every: float) -> Behaviour:
    """Slow-loris: one byte at a time."""

    async def behave(_request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        for index in range(len(data)):
            writer.write(data[index : index + 1])
            await writer.drain()
            await asyncio.sleep(every)

    return behave


def says(data: bytes) -> Behaviour:
    """Raw bytes, then the end."""

    async def behave(_request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()

    return behave


def floods(head: bytes) -> Behaviour:
    """An answer without an end."""

    async def behave(_request: HttpRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    return behave


class HttpSink:
    """An HTTP receiver on loopback. Every request is in `inbox`; `behaviour` may be changed at any time."""

    def __init__(self, behaviour: Behaviour | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.inbox: Inbox[HttpRequest] = Inbox()
        self.behaviour = behaviour or answers(204)
        self.connections = 0
        self._tls = tls

    def __enter__(self) -> Self:
        self._thread = LoopThread("http-sink")
        self._server = self._thread.run(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"
        return self

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not writer.is_closing():
                request = await _read_request(reader)
                self.inbox.put(request)
                await self.behaviour(request, writer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # cancelled at the end of the sink: streams of Python 3.11 would log it as an error
        finally:
            writer.transport.abort()

    def __exit__(self, kind: object, *_: object) -> None:
        self._thread.close(self._server)
        if kind is None:
            left = [f"{r.method} {r.path}" for r in self.inbox.waiting()]
            assert not left, f"unexpected requests: {left}"


async def _read_request(reader: asyncio.StreamReader) -> HttpRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return HttpRequest(method, path, headers, body)
