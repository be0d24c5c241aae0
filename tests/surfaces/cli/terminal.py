"""How a test types a command: `said = await cli("list", "--open", who="bob")`."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest

from tocsin.__main__ import SERVER_VERBS
from tocsin.surfaces.cli.start import command_line


@dataclass(frozen=True)
class Said:
    """What came back; `out` and `err` are text of at most 80 columns where it is for people."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        assert self.err == ""
        return json.loads(self.out)


@dataclass(frozen=True)
class Terminal:
    """The command line in this process, as somebody with a token of the server that the test runs."""

    address: str
    tokens: dict[str, str]
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    async def __call__(self, *words: str, who: str = "alice", status: int = 0) -> Said:
        self.monkeypatch.setenv("TOCSIN_URL", self.address)
        self.monkeypatch.setenv("TOCSIN_TOKEN", self.tokens.get(who, who))
        ended = await asyncio.to_thread(run, words)
        out, err = self.capsys.readouterr()
        assert ended == status, f"tocsin {' '.join(words)} → {ended}\n{out}\n{err}"
        return Said(ended, out, err)


def run(words: tuple[str, ...]) -> int:
    try:
        return command_line(words, SERVER_VERBS)
    except SystemExit as ended:  # argparse's way
        return int(ended.code or 0)
