"""Which certificates a client of ours trusts by itself."""

import ssl
from pathlib import Path

import pytest
import trustme

from tocsin.kernel.tls import trusting_the_machine


def test_those_of_the_machine_are_read_once() -> None:
    assert trusting_the_machine() is trusting_the_machine()
    assert trusting_the_machine().verify_mode is ssl.CERT_REQUIRED
    assert trusting_the_machine().check_hostname


def test_those_that_the_environment_names_count_from_then_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = trusting_the_machine()
    trustme.CA().cert_pem.write_to_path(tmp_path / "ours.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ours.pem"))
    assert len(trusting_the_machine().get_ca_certs()) == 1
    monkeypatch.undo()
    assert trusting_the_machine() is before
