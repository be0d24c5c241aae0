"""What docs/howto/install.md tells to write down is read as it is meant."""

import re
import tomllib

from tests.docs.walkthrough import ROOT
from tocsin.__main__ import SERVER_VERBS
from tocsin.settings import load

PAGE = (ROOT / "docs/howto/install.md").read_text(encoding="utf-8")


def test_the_settings_are_settings() -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    settings = load({}, tomllib.loads(block))
    assert (settings.public_url, settings.listen) == ("https://tocsin.example.com", "127.0.0.1:8377")
    assert settings.mail_from == "Tocsin <tocsin@example.com>"


def test_the_service_runs_a_verb_of_the_server() -> None:
    (verb,) = re.findall(r"^ +ExecStart=\S+/tocsin (\w+)$", PAGE, re.MULTILINE)
    assert verb in SERVER_VERBS
