"""Mails of whatever can send nothing else: a message (RFC 5322) is an alert, or its end. They come by the SMTP listener
(`surfaces/ingest/mail.py`), or are posted as they are."""

from tocsin.integrations.sources.contract import Source, refuse_plainly
from tocsin.integrations.sources.email.options import OPTION_NAMES, read_options
from tocsin.integrations.sources.email.parse import parse

SOURCE = Source(
    type="email",
    parse=parse,
    refuse=refuse_plainly,
    max_body=5 * 1024 * 1024,
    option_names=OPTION_NAMES,
    check_options=read_options,
)
