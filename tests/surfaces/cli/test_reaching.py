"""Finding the server and being let in: the profile, its overrides, and what is said when it does not work."""

import json
import re
import socket
import stat
from pathlib import Path
from threading import Thread

import pytest

from tests.support.programs import free_port
from tests.surfaces.cli.terminal import Terminal, run
from tocsin.kernel.errors import Invalid, Unavailable
from tocsin.surfaces.cli.client import Client
from tocsin.surfaces.cli.profile import Profile, find_profile, profile_path, read_profile, write_profile


def test_without_a_profile_the_way_to_one_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("list",)) == 1
    told = capsys.readouterr().err
    assert "no profile yet" in told
    assert "tocsin serve" in told
    assert "TOCSIN_URL" in told


def test_a_profile_is_for_its_owner_only_and_is_replaced_whole(tmp_path: Path) -> None:
    assert find_profile() is None
    path = write_profile("http://127.0.0.1:8377/", "first")
    write_profile("http://127.0.0.1:8377/", "second")
    assert path == profile_path() == tmp_path / ".config" / "tocsin" / "profile.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {"url": "http://127.0.0.1:8377", "token": "second"}
    assert [each.name for each in path.parent.iterdir()] == ["profile.json"]


def test_the_environment_stands_above_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    write_profile("http://127.0.0.1:8377", "stored")
    monkeypatch.setenv("TOCSIN_URL", "https://tocsin.example.com/")
    assert read_profile() == Profile("https://tocsin.example.com", "stored")
    monkeypatch.setenv("TOCSIN_TOKEN", "mine")
    assert read_profile() == Profile("https://tocsin.example.com", "mine")


def test_a_profile_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_profile("http://127.0.0.1:8377", "x")
    for text in ("", "[]", '{"url": 1}', "\x00"):
        path.write_text(text)
        with pytest.raises(Invalid, match="cannot be read"):
            find_profile()
    monkeypatch.setenv("TOCSIN_TOKEN", "x")
    write_profile("x", "x")
    for url in ("127.0.0.1:8377", "ftp://example.com", "/var/run/x"):
        monkeypatch.setenv("TOCSIN_URL", url)
        with pytest.raises(Invalid, match="not the address of a server"):
            read_profile()


def test_a_server_that_does_not_answer(capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    write_profile(url, "x")
    assert run(("list",)) == 1
    told = capsys.readouterr().err
    assert f"The server at {url} does not answer (connection refused)." in told
    assert "tocsin serve" in told


async def test_a_server_that_is_another(cli: Terminal) -> None:
    other = Terminal(f"{cli.address}/elsewhere", cli.tokens, cli.monkeypatch, cli.capsys)
    assert "not as a Tocsin server does" in (await other("list", status=1)).err


async def test_the_profile_is_enough(cli: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    write_profile(cli.address, cli.tokens["bob"])
    said = await cli("declare", "x", "--json", who="bob")
    assert said.json()["declared_by"] == "@bob"


def whole_request(connection: socket.socket) -> bytes:
    """Head and body, which come apart: who hangs up with a part unread resets the line."""
    request = b""
    while True:
        head, ended, body = request.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        if ended and len(body) >= int(length[1] if length else 0):
            return request
        request += connection.recv(65536)


class CutsOff(Thread):
    """A server that hangs up on the first `times` requests, as one that is killed does, and then answers."""

    def __init__(self, times: int, answer: bytes) -> None:
        super().__init__(daemon=True)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.requests: list[bytes] = []
        self._times, self._answer = times, answer

    def run(self) -> None:
        with self.listening:
            while len(self.requests) <= self._times:
                connection, _ = self.listening.accept()
                with connection:
                    self.requests.append(whole_request(connection))
                    if len(self.requests) > self._times:
                        connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(self._answer))
                        connection.sendall(self._answer)


def keys(requests: list[bytes]) -> set[str]:
    return {line for each in requests for line in each.decode().splitlines() if line.startswith("Idempotency-Key")}


def test_a_request_that_was_cut_off_is_asked_again_under_the_same_key() -> None:
    server = CutsOff(1, b"{}")
    server.start()
    client = Client(Profile(server.url, "x"))
    assert client.post("/incidents", {"title": "x"}, idempotency_key="one") == b"{}"
    server.join(10)
    assert len(server.requests) == 2
    assert keys(server.requests) == {"Idempotency-Key: one"}


def test_what_may_have_been_done_is_not_asked_again_without_a_key() -> None:
    server = CutsOff(1, b"{}")
    server.start()
    client = Client(Profile(server.url, "x"))
    with pytest.raises(Unavailable, match="does not answer"):
        client.post("/incidents/INC-1/timeline", {"text": "x"})
    assert len(server.requests) == 1
    assert client.get("/incidents") == b"{}"
    server.join(10)


async def test_a_token_that_was_copied_with_more_than_itself_is_refused_before_it_is_sent(cli: Terminal) -> None:
    for copied in ("Made for bob … tocsin_abc", "tocsin_abc\nshown once"):
        refused = await cli("list", who=copied, status=1)
        assert "it was copied with something else" in refused.err
        assert "tocsin_" in refused.err
