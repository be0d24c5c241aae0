"""The certificates that we trust when nobody says others: those of the machine, read once for all connections."""

import os
import ssl
from functools import cache


def trusting_the_machine() -> ssl.SSLContext:
    """For clients; shared, so never changed. Reading some hundred certificates takes 30 ms of a processor.

    OpenSSL's SSL_CERT_FILE and SSL_CERT_DIR count as they are now; a file that changes counts from the next start.
    """
    return _trusting(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _trusting(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    return ssl.create_default_context()
