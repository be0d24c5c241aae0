"""An organisation for simulations, read from a file as anybody would write it."""

from datetime import UTC, datetime

from tests.stories.conftest import ORGANISATION
from tocsin.config.files import load_texts
from tocsin.config.setup import setup_of_files
from tocsin.simulation.setup import Setup

AT = datetime(2026, 3, 2, 3, tzinfo=UTC)
BURNING = {"alertname": "HighErrorRate", "job": "checkout", "severity": "critical"}


def setup_from(text: str = ORGANISATION) -> Setup:
    return setup_of_files(load_texts({"tocsin.yaml": text}, {}))
