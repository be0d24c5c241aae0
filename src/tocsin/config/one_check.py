"""One check that somebody gives beside the files, for one incident: read as an entry of a file is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tocsin.catalog.checks import Check
from tocsin.config.fields import Place
from tocsin.config.sections.checks import read_check
from tocsin.config.yaml_text import YamlText
from tocsin.kernel.errors import Invalid


def read_one_check(said: Mapping[str, Any], promised: timedelta | None) -> Check:
    """`said` is JSON; `promised` is the latency that the service promises, for `slo`.

    Raises Invalid, naming the field, for the first thing that is wrong.
    """
    text = YamlText("check", msgspec.json.encode(said).decode())
    check = read_check(text.value, Place(text, ""), promised) if not text.problems else None
    if text.problems or check is None:
        problem = text.problems[0]
        raise Invalid(problem.message, problem.remedy, field=problem.path or None)
    return check
